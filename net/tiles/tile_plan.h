#pragma once

#include <vector>

#include "kernels/tensor.h"
#include "net/layers.h"
#include "net/loss_spec.h"

namespace vggstyle {

/// Pictures in tiles. The statistics of the losses are sums over positions, so that they can be
/// collected tile by tile, and the gradient of a pixel depends on what is near it. Each tile has a core, which belongs to it alone, and a window around the core that is
/// run through the network. The window is as much larger (by the halo) as a position needs to see what
/// it sees in the whole picture; it ends at the picture's border, where there is one, so that padding
/// is where it is in the whole picture. Windows begin at multiples of the pools' stride: a pool takes
/// the same four positions in a window as in the picture. What is computed for a core is therefore what the whole
/// picture gives, but for the order in which sums are added.

/// From `begin` up to, but without, `end`.
struct Interval {
  int begin = 0, end = 0;

  int size() const { return end - begin; }
  bool holds(int i) const { return begin <= i && i < end; }
  bool operator==(const Interval&) const = default;
};

/// Row or column `i`, beyond a border of `side` of them by less than that: as far inside from the other border.
constexpr int wrapped(int i, int side) {
  return i < 0 ? i + side : i < side ? i : i - side;
}

/// One direction of a tile, in pixels.
struct TileSide {
  int window = 0;  ///< where the window begins; below 0 it goes on at the other border
  Interval core;
};

struct Tile {
  TileSide rows, columns;
};

struct TilePlan {
  Shape picture;  ///< 3 channels
  Shape window;   ///< all windows have this size
  Interval
      band;  ///< the rows of all cores: those of the picture, or what one of several ranks has of them
  std::vector<Tile> tiles;

  bool whole() const { return tiles.size() == 1 && band.size() == picture.height; }
  Shape band_shape() const { return {3, band.size(), picture.width}; }
};

/// How many pixels around a core its window has at least, for losses on layers up to `deepest`
/// (kPixelLayer: none): without gradient what the layers see, else what everything sees that has a part in the
/// gradient of a pixel. A multiple of tile_alignment().
int tile_halo(Model model, int deepest, bool with_gradient);
/// What windows and cores begin at multiples of: the stride of the pools before `deepest`.
int tile_alignment(Model model, int deepest);
/// The side of the smallest windows, of any picture.
int least_window(Model model, int deepest, bool with_gradient);

/// Tiles whose windows have sides of at most `side`, as few and as small as possible; of one tile if the
/// picture is no larger, or if `side` is 0. With circular padding the sides of a picture that is larger
/// must be multiples of tile_alignment(). InternalError if that or least_window() is not kept.
TilePlan plan_tiles(Model model, int deepest, Shape picture, Padding padding, int side,
                    bool with_gradient);
/// Those of a band of the picture's rows, which begins at a multiple of tile_alignment() and ends at one or at the
/// border; without circular padding.
TilePlan plan_tiles(Model model, int deepest, Shape picture, Interval band, int side,
                    bool with_gradient);

/// A tile at the size of a layer: rows and columns of the layer's activations.
struct LevelSide {
  int window = 0;  ///< of the whole layer, where the window begins
  Interval core;   ///< within the window
};
struct TileLevel {
  LevelSide rows, columns;
};
/// `stride` is how many pixels a position of the layer stands for, `level` the whole picture's shape there.
TileLevel at_level(const Tile& tile, const TilePlan& plan, int stride, Shape level);

}  // namespace vggstyle
