#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

struct ContrivedKind {
  std::string name;
  std::string description;  // one line, for help texts
};

/// The kinds of picture that contrive() draws.
const std::vector<ContrivedKind>& contrived_kinds();

/// Draws a picture from nothing but numbers. Sizes in it follow the shorter side (in ribbons, an
/// eighth of the longer), so that the same seed shows the same picture, larger or smaller. The same
/// arguments give the same picture, whatever the number of threads, but for the last bits of the
/// mathematical functions.
///
/// InputError if there is no such kind (the message lists them), or a side is not 1..16384.
Picture contrive(const std::string& kind, int width, int height, std::uint64_t seed);

}  // namespace vggstyle
