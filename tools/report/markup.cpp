#include "tools/report/markup.h"

#include "tools/pictures/utf8.h"

namespace vggstyle {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

/// `bytes` are those of `character`.
std::string_view escaped_one(char32_t character, std::string_view bytes) {
  switch (character) {
    case U'&':
      return "&amp;";
    case U'<':
      return "&lt;";
    case U'>':
      return "&gt;";
    case U'"':
      return "&quot;";
    case U'\'':
      return "&#39;";
    case U'\t':
    case U'\n':
      return bytes;
    case 0xFFFD:  // perhaps what stands for something malformed
    case 0xFFFE:
    case 0xFFFF:
      return kReplacement;
    default:
      break;
  }
  const bool control = character < U' ' || (character >= 0x7F && character < 0xA0);
  return control ? kReplacement : bytes;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  std::size_t start = 0;
  for (const CodePoint& point : decode_utf8(text)) {
    result += escaped_one(point.value, text.substr(start, point.end - start));
    start = point.end;
  }
  return result;
}

}  // namespace vggstyle
