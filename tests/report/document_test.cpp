#include "tools/report/document.h"

#include <cstdint>

#include "tests/report/support.h"
#include "tools/pictures/read.h"
#include "tools/report/base64.h"
#include "tools/report/csv.h"
#include "tools/report/markup.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

std::string encoded(std::string_view text) {
  return base64(std::vector<std::uint8_t>(text.begin(), text.end()));
}

std::vector<std::uint8_t> decoded(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::uint8_t> bytes;
  std::uint32_t group = 0, bits = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const std::size_t digit = kDigits.find(c);
    REQUIRE(digit != std::string_view::npos);
    group = group << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(group >> bits & 0xFFu));
  }
  return bytes;
}

Picture gradient(int width, int height) {
  Picture picture = Picture::black(width, height);
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
    picture.rgb[i] = static_cast<float>(i * 37 % 256);
  }
  return picture;
}

/// The pictures inside a page.
std::vector<Picture> pictures(const std::string& html) {
  constexpr std::string_view kStart = "src=\"data:image/png;base64,";
  std::vector<Picture> result;
  for (auto at = html.find(kStart); at != std::string::npos; at = html.find(kStart, at + 1)) {
    const std::size_t begin = at + kStart.size();
    const std::string data = html.substr(begin, html.find('"', begin) - begin);
    result.push_back(decode_picture(decoded(data), "embedded"));
  }
  return result;
}

}  // namespace

TEST_CASE("Base64 as RFC 4648 has it") {
  CHECK(encoded("").empty());
  CHECK(encoded("f") == "Zg==");
  CHECK(encoded("fo") == "Zm8=");
  CHECK(encoded("foo") == "Zm9v");
  CHECK(encoded("foob") == "Zm9vYg==");
  CHECK(encoded("fooba") == "Zm9vYmE=");
  CHECK(encoded("foobar") == "Zm9vYmFy");
  CHECK(encoded("\xFB\xFF\xBE") == "+/++");
}

TEST_CASE("Text is escaped wherever it stands") {
  CHECK(escaped("<&\">'") == "&lt;&amp;&quot;&gt;&#39;");
  CHECK(escaped("a\tb\nc \u00e4\u20ac") == "a\tb\nc \u00e4\u20ac");
  CHECK(escaped(std::string_view("\0\x1B\x7F\xFF", 4)) == "\uFFFD\uFFFD\uFFFD\uFFFD");

  const std::string nasty = "<script>&\"'";
  Document document(nasty);
  document.heading(nasty);
  document.paragraph(nasty);
  document.preformatted(nasty);
  document.table({nasty, {nasty, nasty}, {{nasty, nasty}}});
  document.figures({{nasty, nasty, gradient(3, 2), false}});
  const std::string html = document.html();
  CHECK(!contains(html, "<script"));
  CHECK(!contains(html, nasty));
  // Title twice, heading, paragraph, preformatted, five of the table, three of the figure and two
  // of its alternative text.
  CHECK(count(html, "&lt;script&gt;&amp;&quot;&#39;") == 2 + 3 + 5 + 2 + 2);
}

TEST_CASE("A page is one file that says what it is") {
  Document document("Styles");
  document.heading("Layers");
  document.paragraph("What each holds.");
  document.preformatted("\n  vggstyle study\n");
  document.chart("<svg id=\"own\"></svg>");
  const std::string html = document.html();
  CHECK(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  CHECK(contains(html, "<meta charset=\"utf-8\">"));
  CHECK(contains(html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"));
  CHECK(contains(html, "<title>Styles</title>"));
  CHECK(contains(html, "<h1>Styles</h1>"));
  CHECK(contains(html, "@media print"));
  for (const char* outside : {"http", "<link", "@import", "url("}) CHECK(!contains(html, outside));
  // In the order in which they were added, and the last two as they stand.
  const std::size_t heading = html.find("<h2>Layers</h2>");
  const std::size_t paragraph = html.find("<p>What each holds.</p>");
  const std::size_t command = html.find("<pre>\n\n  vggstyle study\n</pre>");
  const std::size_t chart = html.find("<svg id=\"own\"></svg>");
  CHECK(heading < paragraph);
  CHECK(paragraph < command);
  CHECK(command < chart);
  CHECK(chart != std::string::npos);
}

TEST_CASE("Pictures inside a page are the pictures") {
  Document document("p");
  const Picture large = gradient(61, 40), small = gradient(2, 2);
  document.figures({{"conv1_1", "loss 3", large, false}, {"toy", "", small, true}});
  document.figures({{"", "", small, false}});
  const std::string html = document.html();
  const std::vector<Picture> found = pictures(html);
  REQUIRE(found.size() == 3);
  CHECK(found[0].width == 61);
  CHECK(found[0].rgb == large.rgb);
  CHECK(found[1].rgb == small.rgb);
  CHECK(found[2].rgb == small.rgb);
  CHECK(contains(html, "alt=\"conv1_1: loss 3\""));
  CHECK(contains(html, "alt=\"toy\" class=\"pixelated\""));
  CHECK(contains(html, "alt=\"\">"));
  CHECK(count(html, "class=\"pixelated\"") == 1);
  CHECK(contains(html, "<figcaption><b>conv1_1</b><br>loss 3</figcaption>"));
  CHECK(count(html, "<figcaption>") == 2);
}

TEST_CASE("A picture may lead to its file, whatever that is called") {
  Document document("Links");
  document.figures({{"a", "", gradient(3, 2), false, "sub/50% #1 \"ü\".png"}});
  const std::string html = document.html();
  CHECK(html.find("<a href=\"./sub/50%25%20%231%20%22%C3%BC%22.png\"><img src=") !=
        std::string::npos);
  CHECK(html.find("></a><figcaption>") != std::string::npos);
}

TEST_CASE("The first column of a table names its rows") {
  Document document("t");
  document.table({"Losses", {"layer", "loss"}, {{"conv1_1", "3"}, {"conv2_1", "4"}}});
  const std::string html = document.html();
  CHECK(contains(html, "<figcaption>Losses</figcaption>"));
  CHECK(contains(html, "<tr><th scope=\"col\">layer</th><th scope=\"col\">loss</th></tr>"));
  CHECK(contains(html, "<tr><th scope=\"row\">conv1_1</th><td>3</td></tr>"));
  CHECK(contains(html, "<tr><th scope=\"row\">conv2_1</th><td>4</td></tr>"));
}

TEST_CASE("CSV: fields are quoted where they must be") {
  CHECK(csv({"", {"a", "b"}, {{"1", ""}}}) == "a,b\n1,\n");
  CHECK(csv({"", {"x"}, {{"a,b"}, {"say \"so\""}, {"two\nlines"}, {"r\r"}}}) ==
        "x\n\"a,b\"\n\"say \"\"so\"\"\"\n\"two\nlines\"\n\"r\r\"\n");
}
