#include "tools/video/frame_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "runtime/error.h"
#include "tools/pictures/picture_files.h"

namespace vggstyle {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Cuts the digits from the front of `text`, and returns them without zeros in front.
std::string_view take_number(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  std::string_view number = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(number.size());
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

}  // namespace

bool comes_before(const std::string& a, const std::string& b) {
  std::string_view left = a, right = b;
  while (!left.empty() && !right.empty()) {
    if (is_digit(left.front()) && is_digit(right.front())) {
      const std::string_view number = take_number(left), other = take_number(right);
      if (number.size() != other.size()) return number.size() < other.size();
      if (number != other) return number < other;
      continue;
    }
    if (left.front() != right.front()) return left.front() < right.front();
    left.remove_prefix(1);
    right.remove_prefix(1);
  }
  if (left.empty() != right.empty()) return left.empty();
  return a < b;  // the same but for zeros in front
}

std::vector<std::string> frame_files(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    throw InputError(fmt::format(
        "there is no folder '{}': give a folder with a video's frames as pictures", folder));
  }
  std::vector<std::string> files = picture_files({folder});
  std::ranges::sort(files, comes_before);
  return files;
}

}  // namespace vggstyle
