#pragma once

#include <string>
#include <string_view>

#include "runtime/error.h"

namespace vggstyle {

/// A setting that cannot be used. The message begins with the setting's name, which is also what
/// the command line calls it, less the dashes.
class SettingError : public InputError {
 public:
  /// `rest` follows the name: ": must be..." or " must be...".
  SettingError(std::string_view setting, const std::string& rest)
      : InputError(std::string(setting) + rest) {}
};

/// SettingError unless `value` is finite and at least 0.
void check_weight(std::string_view setting, double value);
/// SettingError unless these are bits that a channel of a picture file may have: 8 or 16.
void check_bits(int bits);
/// SettingError unless low <= value <= high.
void check_range(std::string_view setting, long long value, long long low, long long high);

}  // namespace vggstyle
