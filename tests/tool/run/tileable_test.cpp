// --padding and --tileable: what a run finds beyond the border, and textures without a seam.

#include <doctest/doctest.h>

#include <cmath>

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

/// The mean difference of neighbours across the border, once around, by that inside.
double seam(const Picture& picture) {
  double across = 0, inside = 0;
  int borders = 0, pairs = 0;
  const auto pair = [&](int c, int y, int x, int y2, int x2, bool wraps) {
    const auto at = [&](int row, int column) {
      const int index = (c * picture.height + row) * picture.width + column;
      return static_cast<double>(picture.rgb[static_cast<std::size_t>(index)]);
    };
    (wraps ? across : inside) += std::abs(at(y, x) - at(y2, x2));
    ++(wraps ? borders : pairs);
  };
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x) {
        pair(c, y, x, y, (x + 1) % picture.width, x + 1 == picture.width);
        pair(c, y, x, (y + 1) % picture.height, x, y + 1 == picture.height);
      }
    }
  }
  return across / borders / (inside / pairs);
}

Picture texture(const TemporaryFolder& folder, const Arguments& more) {
  picture_bytes(folder, Arguments{"texture", "style.png", "--weights", "synthetic",
                                  "--style-layers", "conv1_1,conv1_2,conv2_1,conv3_1", "--quiet"} +
                            more);
  return read_picture(folder / "out.png");
}

TEST_CASE("a tile has no seam, and its sides suit the pools") {
  const TemporaryFolder folder;
  write_png(folder / "style.png", contrive("strokes", 64, 50, 3), 8);
  const Arguments size{"--size", "50", "--iterations", "40"};
  const Picture tile = texture(folder, size + Arguments{"--tileable"});
  CHECK(tile.width == 52);  // conv3_1 stands behind two pools: multiples of 4
  CHECK(tile.height == 40);
  CHECK(seam(tile) < 1.25);
  const Picture picture = texture(folder, size);
  CHECK(picture.width == 50);
  CHECK(seam(picture) > 1.5);
}

TEST_CASE("total variation of a tile looks across its border") {
  const TemporaryFolder folder;
  write_png(folder / "style.png", contrive("strokes", 32, 32, 3), 8);
  const Arguments tv{"--iterations", "30", "--style-layers", "pixels", "--tv-weight", "30"};
  const auto seam_of = [&](const Arguments& more) {
    picture_bytes(
        folder, Arguments{"texture", "style.png", "--weights", "synthetic", "--quiet"} + tv + more);
    return seam(read_picture(folder / "out.png"));
  };
  CHECK(seam_of({"--tileable"}) < 1.5);
  CHECK(seam_of({}) > 2);
}

TEST_CASE("tileable is circular padding at a size that suits it, in a transfer and a dry run too") {
  const TemporaryFolder folder;
  write_png(folder / "style.png", contrive("strokes", 40, 40, 3), 8);
  const Arguments few{"--iterations", "4"};
  CHECK(texture(folder, few + Arguments{"--tileable"}).rgb ==
        texture(folder, few + Arguments{"--padding", "circular"}).rgb);
  const Arguments wide{"--size", "38", "--style-layers", "conv3_1", "--weights", "synthetic"};
  picture_bytes(folder, Arguments{"transfer", "style.png", "style.png", "--tileable",
                                  "--content-layers", "conv4_1", "--iterations", "2", "--quiet"} +
                            wide);
  CHECK(read_picture(folder / "out.png").width == 40);  // three pools: multiples of 8
  const Outcome dry =
      run_tool(folder, Arguments{"texture", "style.png", "--dry-run", "--tileable"} + wide);
  CHECK(dry.exit_code == 0);
  CHECK(dry.out.find("64x40x40") != std::string::npos);
  check_refused(folder, {"texture", "style.png", "--tileable", "--padding", "zero"}, "--padding");
}

TEST_CASE("what takes over colours of a content makes no tile, and is refused") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Arguments tile = small_transfer() + Arguments{"--tileable"};
  for (const char* color : {"content", "luminance", "only"}) {
    check_refused(folder, tile + Arguments{"--color", color},
                  std::string("--tileable: --color ") + color);
  }
  CHECK(run_tool(folder, tile + Arguments{"--color", "match"}).exit_code == 0);
}

}  // namespace
}  // namespace vggstyle::test
