#pragma once

#include <string>

#include "tools/session/engine.h"
#include "tools/session/problem.h"

namespace vggstyle {

/// All that decides how a picture comes out (tools/session/visit_settings.h), as JSON; pictures by
/// their size and checksum. Two pictures with the same text are the same.
std::string settings_text(const ProblemSpec& spec, const Engine& engine);

/// "64x48 1a2b3c4d": a picture's size and checksum.
std::string identity_of(const Picture& picture);

/// What a picture that was made says of itself: the version, the command, the weights, the seed, the device, all
/// settings, and if it was `steered` how, because the command alone does not make it then.
PictureText result_text(const ProblemSpec& spec, const Engine& engine,
                        const std::string& command_line, const std::string& steered = "");
inline constexpr const char* kSteered = "Steered";

/// Writes a picture that was made, with that in its text chunks (PNG) or comments (JPEG), and with the alpha and the
/// profile of the problem. Format and errors as
/// write_picture (tools/pictures/write.h).
void write_result(const std::string& path, const Picture& picture, int bits,
                  const ProblemSpec& spec, const Engine& engine, const std::string& command_line,
                  const std::string& steered = "");

}  // namespace vggstyle
