#pragma once

#include <memory>
#include <utility>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// Brings a picture that comes a few rows at a time to another size: see resize(), which gives the
/// same pixels. Sizes are width and height. Holds 12 bytes for each row of the picture and column of
/// the result.
///
/// Of the picture, `extent` is resized, from the top left, which may end within the last pixels: it is
/// larger than `from` - 1.
///
/// InputError if a side of `to` is below 1 or above 30000, and `from` is another size. InternalError
/// if a side of `from` is below 1, if there are more rows than announced, or fewer at the end.
class Resizer {
 public:
  Resizer(std::pair<int, int> from, std::pair<int, int> to);
  Resizer(std::pair<int, int> from, std::pair<double, double> extent, std::pair<int, int> to);
  ~Resizer();
  Resizer(const Resizer&) = delete;
  Resizer& operator=(const Resizer&) = delete;

  /// The rows that follow, as many as `band` is high.
  void push(const Picture& band);

  /// The result, after the last row.
  Picture finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The picture at another size, by Catmull-Rom bicubic interpolation, widened by the scale where
/// it shrinks so that fine detail becomes its mean. In sRGB-encoded values, clamped to 0..255; a
/// plane that is constant stays exactly so. The same size gives the same picture. First along rows,
/// then along columns. Deterministic, whatever the processor and the number of threads.
///
/// InputError if `width` or `height` is below 1 or above 30000, and not the picture's own.
/// InternalError if `picture` is empty.
Picture resize(const Picture& picture, int width, int height);

/// Width and height for a picture of `width` x `height` whose longer side is to be `longest`: the
/// same shape as nearly as whole pixels allow, at least 1 each. All must be at least 1
/// (InternalError).
std::pair<int, int> fit_longest_side(int width, int height, int longest);

}  // namespace vggstyle
