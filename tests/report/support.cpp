#include "tests/report/support.h"

#include <expat.h>

#include <algorithm>
#include <memory>

namespace vggstyle::test {
namespace {

struct Reader {
  std::vector<Element> elements;
  std::vector<std::size_t> open;

  static void XMLCALL start(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto* reader = static_cast<Reader*>(self);
    Element element{name, {}, "", static_cast<int>(reader->open.size())};
    for (; *attributes != nullptr; attributes += 2) element.attributes[*attributes] = attributes[1];
    reader->open.push_back(reader->elements.size());
    reader->elements.push_back(element);
  }
  static void XMLCALL end(void* self, const XML_Char*) {
    static_cast<Reader*>(self)->open.pop_back();
  }
  static void XMLCALL text(void* self, const XML_Char* characters, int size) {
    auto* reader = static_cast<Reader*>(self);
    reader->elements[reader->open.back()].text.append(characters, static_cast<std::size_t>(size));
  }
};

}  // namespace

int count(std::string_view text, std::string_view part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

double Element::number(const std::string& attribute) const {
  REQUIRE(attributes.contains(attribute));
  return std::stod(attributes.at(attribute));
}

std::vector<Element> parse_xml(const std::string& document) {
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate("UTF-8"),
                                                                       XML_ParserFree);
  REQUIRE(parser != nullptr);
  Reader reader;
  XML_SetUserData(parser.get(), &reader);
  XML_SetElementHandler(parser.get(), Reader::start, Reader::end);
  XML_SetCharacterDataHandler(parser.get(), Reader::text);
  const auto status =
      XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE);
  REQUIRE_MESSAGE(status == XML_STATUS_OK, XML_ErrorString(XML_GetErrorCode(parser.get()))
                                               << " in " << document);
  return reader.elements;
}

Picture solid(int width, int height, Rgb color) {
  Picture picture = Picture::black(width, height);
  std::fill_n(picture.plane(0), picture.pixels(), color.r);
  std::fill_n(picture.plane(1), picture.pixels(), color.g);
  std::fill_n(picture.plane(2), picture.pixels(), color.b);
  return picture;
}

Rgb color_at(const Picture& picture, int x, int y) {
  const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                  static_cast<std::size_t>(x);
  // at(): a place outside of the picture fails the test.
  return {picture.rgb.at(at), picture.rgb.at(at + picture.pixels()),
          picture.rgb.at(at + 2 * picture.pixels())};
}

bool same(Rgb a, Rgb b) {
  return a.r == b.r && a.g == b.g && a.b == b.b;
}

}  // namespace vggstyle::test
