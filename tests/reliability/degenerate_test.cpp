// Styles that are hardly pictures: whatever the normalisation, the result takes over what there is to take.

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/reliability/shell.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

void write_flat(const std::string& path, int width, int height, Rgb color) {
  Picture picture = Picture::black(width, height);
  const float values[] = {color.r, color.g, color.b};
  for (int c = 0; c < 3; ++c) std::fill_n(picture.plane(c), picture.pixels(), values[c]);
  write_png(path, picture, 8);
}

double mean(const Picture& picture, int channel) {
  double sum = 0;
  for (std::size_t i = 0; i < picture.pixels(); ++i) sum += double{picture.plane(channel)[i]};
  return sum / static_cast<double>(picture.pixels());
}

struct Made {
  Picture picture;
  double first, last;  ///< totals of the loss
};

Made transfer(const TemporaryFolder& folder, const std::string& style,
              const std::string& normalization, const Arguments& more = {}) {
  const Outcome outcome = run_tool(
      folder, Arguments{"transfer", "content.png", style, "--weights", VGGSTYLE_HOUSE_WEIGHTS,
                        "--normalization", normalization, "--iterations", "40", "--init", "content",
                        "--log", "run.jsonl", "-o", "out.png"} +
                  more);
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto log = read_log(folder / "run.jsonl");
  return {read_picture(folder / "out.png"), log.front().at("total"), log.back().at("total")};
}

}  // namespace

TEST_CASE("a flat style gives its colour") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_flat(folder / "red.png", 40, 40, {200, 30, 30});
  write_flat(folder / "white.png", 40, 40, {255, 255, 255});
  write_flat(folder / "black.png", 40, 40, {0, 0, 0});
  for (const char* normalization : {"relative", "gatys", "neural-style", "tutorial"}) {
    CAPTURE(std::string(normalization));
    // With the others' scaling the colours themselves hardly count beside the deeper layers.
    const bool relative = std::string(normalization) == "relative";
    const Arguments layers = {
        relative ? "--style-layers=pixels,conv1_1,conv2_1,conv3_1" : "--style-layers=pixels",
        "--tv-weight=0", "--content-weight=0"};
    const Picture red = transfer(folder, "red.png", normalization, layers).picture;
    CHECK(mean(red, 0) > mean(red, 1) + 40);
    const double white = mean(transfer(folder, "white.png", normalization, layers).picture, 1);
    const double black = mean(transfer(folder, "black.png", normalization, layers).picture, 1);
    CHECK(white > black + 40);
  }
}

TEST_CASE("weights of any size make the same picture") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto make = [&](const std::string& style, const std::string& content) {
    return transfer(folder, "style.png", "relative",
                    {"--style-layers=conv1_1,conv2_1", "--style-weight=" + style,
                     "--content-weight=" + content});
  };
  const Made usual = make("1", "0.25");
  // Powers of two near 1e-30 and 1e30.
  const Made small = make("7.888609052210118e-31", "1.9721522630525295e-31");
  const Made large = make("1.2676506002282294e+30", "3.1691265005705735e+29");
  CHECK(small.picture.rgb == usual.picture.rgb);
  CHECK(large.picture.rgb == usual.picture.rgb);
  CHECK(small.last == doctest::Approx(usual.last * 7.888609052210118e-31).epsilon(1e-9));
}

TEST_CASE("relative: no style makes a loss that means nothing") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_flat(folder / "red.png", 40, 40, {200, 30, 30});
  write_flat(folder / "black.png", 40, 40, {0, 0, 0});
  write_flat(folder / "tiny.png", 4, 4, {90, 180, 20});  // one position in conv3_1
  write_flat(folder / "thin.png", 64, 4, {90, 180, 20});
  for (const char* style : {"red.png", "black.png", "tiny.png", "thin.png"}) {
    CAPTURE(style);
    const Made made = transfer(
        folder, style, "relative",
        {"--style-size=64", "--content-weight=0", "--style-layers=pixels,conv1_1,conv2_1,conv3_1"});
    CHECK(made.first < 1e5);
    CHECK(made.last < made.first);
  }
}

TEST_CASE("relative: a content of one colour makes a loss that means something") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_flat(folder / "content.png", 40, 30, {200, 30, 30});
  const Picture style = read_picture(folder / "style.png");
  // Without zeros beyond the border its activations do not vary at all; one position never does.
  for (const Arguments& more : {Arguments{"--padding=reflect", "--content-layers=conv2_1"},
                                Arguments{"--size=24", "--content-layers=conv5_1"}}) {
    CAPTURE(more);
    const Made made = transfer(folder, "style.png", "relative",
                               more + Arguments{"--style-layers=pixels,conv1_1,conv2_1"});
    CHECK(made.first < 100);
    CHECK(made.last < 0.5 * made.first);
    CHECK(std::abs(mean(made.picture, 0) - mean(style, 0)) < 0.5 * std::abs(200 - mean(style, 0)));
  }
}

}  // namespace vggstyle::test
