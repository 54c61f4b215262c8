#include "tools/pictures/utf8.h"

namespace vggstyle {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// What a first byte says: how many bytes follow, the bits that it brings, and the range of the
/// second byte, which keeps out overlong forms, surrogates and what is above U+10FFFF.
struct Lead {
  int following = -1;  ///< -1: no character begins with this byte
  char32_t bits = 0;
  unsigned char least = 0x80, most = 0xBF;
};

Lead lead(unsigned char byte) {
  if (byte < 0x80) return {.following = 0, .bits = byte};
  if (byte >= 0xC2 && byte <= 0xDF) return {.following = 1, .bits = byte & 0x1Fu};
  if (byte == 0xE0) return {.following = 2, .bits = 0, .least = 0xA0};
  if (byte == 0xED) return {.following = 2, .bits = 0xD, .most = 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {.following = 2, .bits = byte & 0x0Fu};
  if (byte == 0xF0) return {.following = 3, .bits = 0, .least = 0x90};
  if (byte == 0xF4) return {.following = 3, .bits = 4, .most = 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {.following = 3, .bits = byte & 0x07u};
  return {};
}

/// The character that begins at `start`.
CodePoint decode_one(std::string_view text, std::size_t start) {
  Lead left = lead(static_cast<unsigned char>(text[start]));
  CodePoint result{left.bits, start + 1};
  if (left.following < 0) return {kReplacement, result.end};
  for (; left.following > 0; --left.following) {
    if (result.end == text.size()) return {kReplacement, result.end};
    const auto byte = static_cast<unsigned char>(text[result.end]);
    if (byte < left.least || byte > left.most) return {kReplacement, result.end};
    result.value = result.value << 6 | (byte & 0x3Fu);
    ++result.end;
    left.least = 0x80;
    left.most = 0xBF;
  }
  return result;
}

}  // namespace

std::vector<CodePoint> decode_utf8(std::string_view text) {
  std::vector<CodePoint> result;
  for (std::size_t at = 0; at < text.size(); at = result.back().end) {
    result.push_back(decode_one(text, at));
  }
  return result;
}

}  // namespace vggstyle
