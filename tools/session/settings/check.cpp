#include "tools/session/settings/check.h"

#include <fmt/format.h>

#include <cmath>

namespace vggstyle {

void check_weight(std::string_view setting, double value) {
  if (!std::isfinite(value) || value < 0) {
    throw SettingError(setting,
                       fmt::format(": a weight must be 0 or a number above it, not {}", value));
  }
}

void check_bits(int bits) {
  if (bits != 8 && bits != 16) {
    throw SettingError("bits", fmt::format(" must be 8 or 16, not {}", bits));
  }
}

void check_range(std::string_view setting, long long value, long long low, long long high) {
  if (value < low || value > high) {
    throw SettingError(setting, fmt::format(" must be from {} to {}, not {}", low, high, value));
  }
}

}  // namespace vggstyle
