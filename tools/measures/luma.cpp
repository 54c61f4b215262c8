#include "tools/measures/luma.h"

#include <fmt/format.h>

#include "runtime/error.h"

namespace vggstyle {

std::vector<double> luma(const Picture& picture) {
  std::vector<double> values(picture.pixels());
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = 0.2126 * static_cast<double>(picture.plane(0)[i]) +
                0.7152 * static_cast<double>(picture.plane(1)[i]) +
                0.0722 * static_cast<double>(picture.plane(2)[i]);
  }
  return values;
}

void check_same_size(const char* measure, const Picture& a, const Picture& b) {
  if (a.width != b.width || a.height != b.height) {
    throw InternalError(fmt::format("{}: the pictures are {}x{} and {}x{}, not of one size",
                                    measure, a.width, a.height, b.width, b.height));
  }
}

}  // namespace vggstyle
