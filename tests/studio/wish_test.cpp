// What the page may ask for, and the command that it becomes.

#include "tools/studio/wish.h"

#include <doctest/doctest.h>

#include "runtime/error.h"

namespace vggstyle::test {
namespace {

using Words = std::vector<std::string>;
const Words kPictures = {"bridge.jpg", "night.png", "o dear.webp"};

std::string refusal(const std::string& json) {
  try {
    parse_wish(json, kPictures);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a wish becomes a command") {
  const Wish wish = parse_wish(
      R"({"task": "transfer", "content": "bridge.jpg", "styles": ["night.png", "o dear.webp"],
          "options": {"size": "300", "preset": "", "tileable": true, "until-quiet": false}})",
      kPictures);
  CHECK(name_of(wish) == "bridge-night-o dear");
  CHECK(command_of(wish, "pictures", "out.png") ==
        Words{"transfer", "pictures/bridge.jpg", "pictures/night.png", "pictures/o dear.webp",
              "--size=300", "--tileable", "--output=out.png"});
}

TEST_CASE("a texture has no content, and none of its options") {
  const Wish wish = parse_wish(
      R"({"task": "texture", "content": "gone.jpg", "styles": ["night.png"],
          "options": {"color": "match", "content-weight": "1", "seed": "7"}})",
      kPictures);
  CHECK(name_of(wish) == "texture-night");
  CHECK(command_of(wish, "p", "t.png") ==
        Words{"texture", "p/night.png", "--seed=7", "--output=t.png"});
}

TEST_CASE("what the studio does not know is refused") {
  const auto has = [](const std::string& text, const char* part) {
    CAPTURE(text);
    CHECK(text.find(part) != std::string::npos);
  };
  has(refusal("{"), "as the page asks for it");
  has(refusal("[]"), "as the page asks for it");
  has(refusal(R"({"task": "study", "styles": ["night.png"]})"), "'study' is no task");
  has(refusal(R"({"task": "transfer", "content": "/etc/passwd", "styles": ["night.png"]})"),
      "there is no picture '/etc/passwd'");
  has(refusal(R"({"task": "texture", "styles": ["../night.png"]})"),
      "there is no picture '../night.png'");
  has(refusal(R"({"task": "texture", "styles": []})"), "choose from 1 to 20 styles");
  // Not every option of the command: these would write files.
  has(refusal(R"({"task": "texture", "styles": ["night.png"], "options": {"log": "x"}})"),
      "no option 'log'");
  has(refusal(R"({"task": "texture", "styles": ["night.png"], "options": {"output": "x"}})"),
      "no option 'output'");
  has(refusal(R"({"task": "texture", "styles": ["night.png"], "options": {"size": 3}})"),
      "as the page asks for it");
}

TEST_CASE("long names are cut between characters") {
  const auto name_with = [](std::size_t letters) {
    std::string style(letters, 'a');
    style += "\xc3\xa4\xc3\xa4\xc3\xa4.png";
    Wish wish;
    wish.styles.push_back(style);
    return name_of(wish);
  };
  CHECK(name_with(70) == "texture-" + std::string(70, 'a') + "\xc3\xa4");
  CHECK(name_with(71) == "texture-" + std::string(71, 'a'));
}

}  // namespace vggstyle::test
