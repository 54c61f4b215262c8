#pragma once

#include <string>
#include <vector>

namespace vggstyle {

/// A picture that was asked for on the page.
struct Wish {
  std::string task;     ///< "transfer" or "texture"
  std::string content;  ///< names of pictures in the studio's folder; empty for a texture
  std::vector<std::string> styles;   ///< at least one
  std::vector<std::string> options;  ///< of the command, "--size=512"
};

/// Of {"task": "transfer", "content": "bridge.jpg", "styles": ["night.png"], "options": {"size": "512",
/// "tileable": true}}: text, or true for an option without a value; an empty text and false are as if they were not
/// there. InputError, one sentence, if it is none, or has a picture or an option that the studio does not know. What
/// the values may be the command itself says.
Wish parse_wish(const std::string& json, const std::vector<std::string>& pictures);

/// "bridge-night": what the result is called, less its ending.
std::string name_of(const Wish& wish);

/// The command, with its pictures in `folder`.
std::vector<std::string> command_of(const Wish& wish, const std::string& folder,
                                    const std::string& output);

}  // namespace vggstyle
