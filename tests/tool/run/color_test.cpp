// --color: whose luma and whose colours a result has.

#include <doctest/doctest.h>

#include <cmath>

#include "tests/tool/support.h"
#include "tools/measures/luma.h"
#include "tools/measures/picture_measures.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

Picture transfer(const TemporaryFolder& folder, const char* color) {
  const Outcome outcome =
      run_tool(folder, {"transfer", "content.png", "style.png", "--weights", "synthetic",
                        "--style-layers", "pixels,conv1_1", "--content-layers", "conv1_1",
                        "--iterations", "30", "--bits", "16", "--color", color, "-o", "out.png"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  return read_picture(folder / "out.png");
}

/// R - Y of every pixel.
std::vector<double> red_difference(const Picture& picture) {
  std::vector<double> values = luma(picture);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = picture.plane(0)[i] - values[i];
  return values;
}

/// Whether the values agree to the rounding of 16 bits wherever neither `p` nor `q`, which they come
/// from, was clamped.
bool agree(const Picture& p, const Picture& q, const std::vector<double>& a,
           const std::vector<double>& b) {
  std::size_t inside = 0, equal = 0;
  for (std::size_t i = 0; i < p.pixels(); ++i) {
    bool clamped = false;
    for (int c = 0; c < 3; ++c) {
      for (const float value : {p.plane(c)[i], q.plane(c)[i]})
        clamped |= value <= 0 || value >= 255;
    }
    if (clamped) continue;
    ++inside;
    equal += std::abs(a[i] - b[i]) < 0.02 ? 1 : 0;
  }
  return inside > p.pixels() / 4 && equal == inside;
}
bool same_luma(const Picture& p, const Picture& q) {
  return agree(p, q, luma(p), luma(q));
}
bool same_colors(const Picture& p, const Picture& q) {
  return agree(p, q, red_difference(p), red_difference(q));
}

TEST_CASE("--color: whose luma and whose colours") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Picture content = read_picture(folder / "content.png"), plain = transfer(folder, "style");
  const Picture kept = transfer(folder, "content");
  CHECK(same_colors(kept, content));
  CHECK(same_luma(kept, plain));
  const Picture only = transfer(folder, "only");
  CHECK(same_luma(only, content));
  CHECK(same_colors(only, plain));
  const Picture gray = transfer(folder, "luminance");
  CHECK(same_colors(gray, content));
  CHECK_FALSE(same_luma(gray, plain));
  // Mapped to the content's colours, the style pulls less far away from them.
  CHECK(mean_color_distance(transfer(folder, "match"), content) <
        0.5 * mean_color_distance(plain, content));
}

TEST_CASE("--color: a texture has no content to take colours from") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome alone =
      run_tool(folder, {"compare", "style.png", "--vary", "color=style,match", "-o", "sheet",
                        "--weights", "synthetic", "--style-layers", "conv1_1"});
  CHECK(alone.exit_code == 2);
  CHECK(alone.err.find("there is no content") != std::string::npos);
}

}  // namespace
}  // namespace vggstyle::test
