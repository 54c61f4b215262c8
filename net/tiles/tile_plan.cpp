#include "net/tiles/tile_plan.h"

#include <algorithm>
#include <string>

#include "runtime/error.h"

namespace vggstyle {
namespace {

int round_down(int value, int step) {
  return value / step * step;
}
int round_up(int value, int step) {
  return round_down(value + step - 1, step);
}

struct Side {
  int length, halo, alignment;
  Interval part;  ///< which cores share out

  int least() const { return 2 * halo + alignment + length % alignment; }
};

/// Tiles of a side that ends at borders, with windows of `window`, which is congruent to the length.
std::vector<TileSide> bordered(const Side& side, int window) {
  std::vector<TileSide> tiles;
  for (int begin = side.part.begin; begin < side.part.end;) {
    int start = std::max(0, begin - side.halo);
    int end = round_down(start + window - side.halo, side.alignment);
    if (start + window >= side.length) {
      start = side.length - window;
      end = side.length;
    }
    end = std::min(end, side.part.end);
    tiles.push_back({start, {begin, end}});
    begin = end;
  }
  return tiles;
}

/// Tiles of a side without borders.
std::vector<TileSide> circular(const Side& side, int window) {
  std::vector<TileSide> tiles;
  const int core = window - 2 * side.halo;
  for (int begin = 0; begin < side.length; begin += core) {
    tiles.push_back({begin - side.halo, {begin, std::min(begin + core, side.length)}});
  }
  return tiles;
}

/// Sets `window`, at first the most that it may have.
std::vector<TileSide> tile_side(const Side& side, bool wraps, int& window) {
  if (window == 0 || window >= side.length) {
    window = side.length;
    if (side.part.size() == side.length || window < side.least()) return {{0, side.part}};
  }
  const int rest = side.length % side.alignment;
  if (wraps && rest != 0) {
    throw InternalError("a circular side of " + std::to_string(side.length) +
                        " in tiles, which is no multiple of " + std::to_string(side.alignment));
  }
  const int least = side.least();
  window = round_down(window - rest, side.alignment) + rest;
  if (window < least) {
    throw InternalError("windows of " + std::to_string(window) + " pixels, and tiles need " +
                        std::to_string(least));
  }
  const auto split = wraps ? circular : bordered;
  // The smallest windows that are as few.
  const std::size_t count = split(side, window).size();
  int more = 0, enough = (window - least) / side.alignment;  // in steps above the least
  while (more < enough) {
    const int middle = (more + enough) / 2;
    if (split(side, least + middle * side.alignment).size() == count) {
      enough = middle;
    } else {
      more = middle + 1;
    }
  }
  window = least + enough * side.alignment;
  return split(side, window);
}

}  // namespace

int tile_alignment(Model model, int deepest) {
  return deepest == kPixelLayer ? 1 : layer_stride(model, deepest);
}

int tile_halo(Model model, int deepest, bool with_gradient) {
  int sees = 0;  // how many pixels to each side a layer sees
  int reaches =
      0;  // how far from a core its layer has a part in the core's gradient, in its positions
  int halo = 0, stride = 1;
  for (int layer = 0; layer <= deepest; ++layer) {
    const int own = layer_stride(model, layer);
    if (own != stride) reaches = (reaches + 1) / 2;
    stride = own;
    sees += stride;
    reaches += 1;
    halo = std::max(halo, sees + (with_gradient ? reaches * stride : 0));
  }
  return round_up(halo, tile_alignment(model, deepest));
}

int least_window(Model model, int deepest, bool with_gradient) {
  return 2 * tile_halo(model, deepest, with_gradient) + 2 * tile_alignment(model, deepest) - 1;
}

namespace {

TilePlan plan_tiles(int halo, int alignment, Shape picture, Interval band, bool wraps, int side) {
  int height = side, width = side;
  const auto rows = tile_side({picture.height, halo, alignment, band}, wraps, height);
  const auto columns =
      tile_side({picture.width, halo, alignment, {0, picture.width}}, wraps, width);
  TilePlan plan{picture, {3, height, width}, band, {}};
  for (const TileSide& y : rows) {
    for (const TileSide& x : columns) plan.tiles.push_back({y, x});
  }
  return plan;
}

}  // namespace

TilePlan plan_tiles(Model model, int deepest, Shape picture, Padding padding, int side,
                    bool with_gradient) {
  return plan_tiles(tile_halo(model, deepest, with_gradient), tile_alignment(model, deepest),
                    picture, {0, picture.height}, padding == Padding::kCircular, side);
}

TilePlan plan_tiles(Model model, int deepest, Shape picture, Interval band, int side,
                    bool with_gradient) {
  return plan_tiles(tile_halo(model, deepest, with_gradient), tile_alignment(model, deepest),
                    picture, band, false, side);
}

TileLevel at_level(const Tile& tile, const TilePlan& plan, int stride, Shape level) {
  const auto side = [stride](const TileSide& s, int pixels, int positions) {
    const int window = s.window / stride;
    const int end = s.core.end == pixels ? positions : s.core.end / stride;
    return LevelSide{window, {s.core.begin / stride - window, end - window}};
  };
  return {side(tile.rows, plan.picture.height, level.height),
          side(tile.columns, plan.picture.width, level.width)};
}

}  // namespace vggstyle
