#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/loss_spec.h"
#include "tools/toy/grid/partition.h"

namespace vggstyle::toy {

/// Size of a binary image: both sides at least 2, at most 20 pixels. An image is a number: bit y *
/// width + x is the pixel (x, y), 1 white.
struct Grid {
  static constexpr int kMaxPixels = 20;
  int width = 4;
  int height = 4;

  int pixels() const { return width * height; }
  std::uint32_t images() const { return std::uint32_t{1} << static_cast<unsigned>(pixels()); }
  /// Places of a 2 x 2 filter, stride 1, no padding.
  int positions() const { return (width - 1) * (height - 1); }
};

/// What the images are looked at with. White is 1.
struct Variant {
  int black = 0;       ///< 0 or -1
  bool signs = false;  ///< filters: plus and minus each pixel of the patch (8), or plus only (4)
  bool relu = false;   ///< after the filters
  bool operator==(const Variant&) const = default;
};
/// "black 0, 4 unit filters, no ReLU".
std::string name_of(const Variant& variant);
/// All eight.
std::vector<Variant> all_variants();

/// All images of a grid by their styles: two are in a class where their matrices are equal, as
/// integers. With F of M columns: raw F F^T; centered M F F^T - (F 1)(F 1)^T, which is M Gc.
struct GridStyles {
  Partition raw, centered, both;

  const Partition& of(GramMode mode) const;
};
GridStyles grid_styles(Grid grid, const Variant& variant);

/// By what is in their 2 x 2 patches: which ones, how often each, but not where. Any statistics of
/// one 2 x 2 layer that forget the places can tell apart no more.
Partition patch_classes(Grid grid);

/// Images that moves of a kind lead between.
enum class Moves {
  kNone,       ///< each image is alone
  kMirrors,    ///< left to right, top to bottom; of a square grid also along the diagonal
  kShifts,     ///< these, and shifts by a pixel, what leaves at one side coming back at the other
  kNegatives,  ///< these, and black for white
};
Partition orbits(Grid grid, Moves moves);
/// The negative of an image.
std::uint32_t negative(Grid grid, std::uint32_t image);

}  // namespace vggstyle::toy
