#pragma once

#include <span>
#include <string>

namespace vggstyle {

/// Options that go together, as text that --config could read: the files of presets/.
struct Preset {
  const char* name;
  const char* toml;
};
std::span<const Preset> presets();
/// "best, fast, ...".
std::string preset_names();

}  // namespace vggstyle
