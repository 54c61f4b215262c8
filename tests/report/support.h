#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/files.h"
#include "tools/pictures/picture.h"

namespace vggstyle::test {

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}
int count(std::string_view text, std::string_view part);

/// An element of an XML document with the text that is directly inside it.
struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;
  int depth = 0;

  double number(const std::string& attribute) const;
};
/// All elements in the order in which they begin. Fails the test if the document is not well-formed
/// in the strict sense of XML.
std::vector<Element> parse_xml(const std::string& document);

Picture solid(int width, int height, Rgb color);
Rgb color_at(const Picture& picture, int x, int y);
bool same(Rgb a, Rgb b);

}  // namespace vggstyle::test
