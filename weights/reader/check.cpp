#include "weights/reader/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "runtime/error.h"

namespace vggstyle {

void check_shape(const std::string& path, const ConvLayer& layer, const std::string& what,
                 const std::vector<std::size_t>& found, const std::vector<std::size_t>& expected) {
  if (found == expected) return;
  throw InputError(fmt::format(
      "'{}': the {} of {} has shape ({}), where VGG has ({}); give another weights file", path,
      what, layer.name, fmt::join(found, ", "), fmt::join(expected, ", ")));
}

void check_finite(const std::string& path, const ConvLayer& layer, const std::string& what,
                  const std::vector<float>& values) {
  if (std::ranges::all_of(values, [](float v) { return std::isfinite(v); })) return;
  throw InputError(
      fmt::format("'{}': the {} of {} has numbers that are not finite; give another weights file",
                  path, what, layer.name));
}

void refuse_incomplete(const std::string& path, const ConvLayer& layer, const std::string& what) {
  throw InputError(
      fmt::format("'{}': {} has no {}; give a complete weights file", path, layer.name, what));
}

}  // namespace vggstyle
