#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vggstyle {

/// `text` in at most `most` lines of `width`, broken between words; what does not fit is cut off
/// with an ellipsis. `Metrics` has width(text) and shortened(text, width), as Font has. No lines
/// for a text of spaces alone.
template <typename Metrics>
std::vector<std::string> lines_of(std::string_view text, double width, std::size_t most,
                                  const Metrics& metrics) {
  constexpr std::string_view kSpaces = " \t\n";
  std::vector<std::string> lines;
  for (std::size_t at = text.find_first_not_of(kSpaces); at != std::string_view::npos;) {
    const std::size_t end = text.find_first_of(kSpaces, at);
    const std::string word(text.substr(at, end - at));
    const std::string longer = lines.empty() ? word : lines.back() + ' ' + word;
    // The last line takes all that is left, to be cut off below.
    if (lines.empty() || (metrics.width(longer) > width && lines.size() < most)) {
      lines.push_back(word);
    } else {
      lines.back() = longer;
    }
    at = text.find_first_not_of(kSpaces, end);
  }
  for (std::string& line : lines) line = metrics.shortened(line, width);
  return lines;
}

}  // namespace vggstyle
