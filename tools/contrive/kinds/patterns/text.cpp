#include "tools/pictures/text.h"

#include <iterator>
#include <string>

#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/random.h"
#include "tools/pictures/resize.h"

namespace vggstyle::contrived {
namespace {

// Lengths are in ems, unless their names say pixels.
constexpr double kLeading = 1.35;  // from line to line
constexpr double kIndent = 1.6;    // of a paragraph's first line

constexpr const char* kWords[] = {
    "lorem",        "ipsum",     "dolor",     "sit",       "amet",    "consectetur",
    "adipisici",    "elit",      "sed",       "eiusmod",   "tempor",  "incidunt",
    "ut",           "labore",    "et",        "dolore",    "magna",   "aliqua",
    "enim",         "ad",        "minim",     "veniam",    "quis",    "nostrud",
    "exercitation", "ullamco",   "laboris",   "nisi",      "aliquid", "ex",
    "ea",           "commodi",   "consequat", "aute",      "iure",    "reprehenderit",
    "in",           "voluptate", "velit",     "esse",      "cillum",  "eu",
    "fugiat",       "nulla",     "pariatur",  "excepteur", "sint",    "obcaecat",
    "cupiditat",    "non",       "proident",  "sunt",      "culpa",   "qui",
    "officia",      "deserunt",  "mollit",    "anim",      "id",      "est"};

/// A sentence's words, with its commas and its stop.
std::vector<std::string> sentence(Random& random) {
  std::vector<std::string> words;
  const int length = 4 + random.index(9);
  for (int i = 0; i < length; ++i) {
    std::string word = kWords[random.index(static_cast<int>(std::size(kWords)))];
    if (i == 0) word.front() = static_cast<char>(word.front() - 'a' + 'A');
    if (i == length - 1) {
      word += '.';
    } else if (i > 0 && random.uniform() < 0.12) {
      word += ',';
    }
    words.push_back(std::move(word));
  }
  return words;
}

struct PlacedWord {
  std::string text;
  double x = 0;  // from the column's left edge
  double width = 0;
};
using Line = std::vector<PlacedWord>;

/// Stretches the spaces so that the line ends at the column's edge.
void justify(Line& line, double column) {
  const double missing = column - line.back().x - line.back().width;
  const double gaps = static_cast<double>(line.size()) - 1;
  for (std::size_t i = 1; i < line.size(); ++i) {
    line[i].x += missing * static_cast<double>(i) / gaps;
  }
}

/// Paragraphs in a justified column, `count` lines or a few more.
std::vector<Line> typeset(double column, std::size_t count, Random& random) {
  // Measured at one size for all pictures, so that hinting does not break lines elsewhere.
  constexpr double kMeasuredPixels = 100;
  const Font font(kMeasuredPixels);
  const double space = font.width(" ") / kMeasuredPixels;
  std::vector<Line> lines;
  while (lines.size() < count) {
    lines.emplace_back();
    double x = kIndent;
    const std::size_t last_line = lines.size() + 2 + static_cast<std::size_t>(random.index(6));
    while (lines.size() < last_line) {
      for (const std::string& word : sentence(random)) {
        const double width = font.width(word) / kMeasuredPixels;
        if (x + width > column && !lines.back().empty()) {
          justify(lines.back(), column);
          lines.emplace_back();
          x = 0;
        }
        lines.back().push_back({word, x, width});
        x += width + space;
      }
    }
  }
  return lines;
}

/// How many pixels are drawn for a pixel of the picture, along each side: letters too small to be
/// told apart are drawn larger and shrunk, and larger than FreeType can draw, smaller.
double oversampling(double em_pixels) {
  constexpr double kLeastPixels = 6, kMostPixels = 1000;
  if (em_pixels < kLeastPixels) return std::ceil(kLeastPixels / em_pixels);
  return std::min(1.0, kMostPixels / em_pixels);
}

}  // namespace

/// A column that begins and ends beyond the edges of the picture.
Picture text(const ContriveRequest& request) {
  const std::vector<Rgb> colors = colors_or(request, {{249, 246, 238}, {26, 24, 28}});
  Random random(request.seed, 0);
  const double em = 0.05 * request.scale;  // in units of the canvas
  const double factor = oversampling(em * Canvas::unit(request.width, request.height));
  Canvas canvas(static_cast<int>(std::lround(request.width * factor)),
                static_cast<int>(std::lround(request.height * factor)));
  canvas.cover([&](Point) { return colors[0]; });

  const double margin = 0.05 / em;
  double baseline = kLeading * random.uniform();
  const auto line_count = static_cast<std::size_t>(canvas.height() / em / kLeading) + 2;
  const std::vector<Line> lines = typeset(canvas.width() / em - 2 * margin, line_count, random);
  const double em_pixels = em / canvas.pixel();
  const Font font(em_pixels);

  Picture picture = std::move(canvas).finish();
  for (const Line& line : lines) {
    for (const PlacedWord& word : line) {
      font.draw(picture, (margin + word.x) * em_pixels, baseline * em_pixels, word.text, colors[1]);
    }
    baseline += kLeading;
  }
  return resize(picture, request.width, request.height);
}

}  // namespace vggstyle::contrived
