#include "tools/transfer/standard_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/error.h"
#include "runtime/standard_streams.h"

namespace vggstyle {

std::vector<std::string> uses_of_standard_input(const RunRequest& request) {
  std::vector<std::string> uses;
  const auto read = [&](const std::string& path, const char* what) {
    if (is_standard_stream(path)) uses.push_back(what);
  };
  read(request.content, "the content");
  for (const std::string& style : request.styles) read(style, "a style");
  const PictureSettings& pictures = request.settings.pictures;
  for (const MaskSource& mask : pictures.content_masks) {
    read(mask.alpha ? request.content : mask.file, "a mask");
  }
  for (const MaskSource& mask : pictures.style_masks) {
    const bool is_of_input = mask.alpha && std::ranges::any_of(request.styles, is_standard_stream);
    read(is_of_input ? "-" : mask.file, "a mask");
  }
  read(request.settings.start.file, "the picture of --init");
  return uses;
}

void check_standard_input(const RunRequest& request) {
  const std::vector<std::string> uses = uses_of_standard_input(request);
  if (uses.size() < 2) return;
  throw InputError(
      fmt::format("standard input, '-', can be read once, and here it is {} and {}; save it as a "
                  "file, and name that",
                  uses[0], uses[1]));
}

}  // namespace vggstyle
