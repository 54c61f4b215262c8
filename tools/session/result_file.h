#pragma once

#include <cstdint>
#include <string>

#include "tools/pictures/picture.h"
#include "tools/session/engine.h"

namespace vggstyle {

/// Writes a picture that was made as PNG, with the version, the command, the weights, the seed and
/// the device in its text chunks. Errors as write_png (tools/pictures/write.h).
void write_result(const std::string& path, const Picture& picture, int bits, const Engine& engine,
                  const std::string& command_line, std::uint64_t seed);

}  // namespace vggstyle
