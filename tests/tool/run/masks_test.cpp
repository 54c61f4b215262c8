// --content-mask and --style-mask: regions with styles of their own.

#include <doctest/doctest.h>
#include <png.h>

#include <cmath>

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

/// A mask that is white where `inside` says so.
template <typename Inside>
Picture mask(int width, int height, Inside inside) {
  Picture picture = Picture::black(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        picture.plane(c)[y * width + x] = inside(x, y) ? 255.0F : 0.0F;
      }
    }
  }
  return picture;
}

/// The pictures of small_transfer(), a second style, and masks of both halves of each.
struct MaskedPictures {
  MaskedPictures() {
    write_pictures(folder);
    write_png(folder / "dots.png", contrive("dots", 36, 36, 3), 8);
    write_png(folder / "left.png", mask(40, 30, [](int x, int) { return x < 20; }), 8);
    write_png(folder / "right.png", mask(80, 60, [](int x, int) { return x >= 40; }), 8);
    write_png(folder / "top.png", mask(36, 36, [](int, int y) { return y < 18; }), 8);
    write_png(folder / "none.png", mask(40, 30, [](int, int) { return false; }), 8);
  }

  Picture run(const Arguments& more) const {
    const Outcome outcome =
        run_tool(folder, small_transfer() + Arguments{"--quiet", "-o", "out.png"} + more);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return read_picture(folder / "out.png");
  }

  TemporaryFolder folder;
};

/// The mean absolute difference where `inside` says so.
template <typename Inside>
double difference(const Picture& a, const Picture& b, Inside inside) {
  double sum = 0;
  int count = 0;
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width; ++x) {
      if (!inside(x)) continue;
      for (int c = 0; c < 3; ++c) {
        sum += std::abs(static_cast<double>(a.plane(c)[y * a.width + x]) -
                        static_cast<double>(b.plane(c)[y * a.width + x]));
      }
      ++count;
    }
  }
  return sum / (3 * count);
}

bool at_left(int x) {
  return x < 16;
}
bool at_right(int x) {
  return x >= 24;
}

TEST_CASE("each region takes its own style, the other's is of little weight there") {
  const MaskedPictures p;
  const Arguments masks{"--content-mask", "left.png", "--content-mask", "right.png"};
  const Picture plain = p.run(Arguments{"dots.png"} + masks);
  // small_transfer() names style.png first.
  CHECK(difference(plain, p.run({}), at_left) < difference(plain, p.run({}), at_right));
  // One style for both regions is nearly that style without regions.
  const Picture both = p.run(masks);
  CHECK(difference(both, p.run({}), at_right) < difference(plain, p.run({}), at_right));
}

TEST_CASE("what no mask covers stays as it is, to the byte") {
  const MaskedPictures p;
  const Picture content = read_picture(p.folder / "content.png");
  for (const Arguments& more : {Arguments{}, Arguments{"--scales", "2"},
                                Arguments{"--init", "noise"}, Arguments{"--color", "luminance"}}) {
    CAPTURE(more);
    const Picture result = p.run(Arguments{"--content-mask", "left.png"} + more);
    CHECK(difference(result, content, [](int x) { return x >= 20; }) == 0);
    CHECK(difference(result, content, at_left) > 1);
  }
}

TEST_CASE("a style's mask changes what its style is, in a texture too") {
  const MaskedPictures p;
  CHECK(p.run({"--style-mask", "top.png"}).rgb != p.run({}).rgb);
  CHECK(p.run({"--content-mask", "sky=left.png", "--style-mask", "sky=top.png"}).rgb !=
        p.run({"--content-mask", "sky=left.png"}).rgb);
  const auto texture = [&](const Arguments& more) {
    return picture_bytes(
        p.folder, Arguments{"texture", "style.png", "--weights", "synthetic", "--style-layers",
                            "conv1_1", "--iterations", "4", "--quiet"} +
                      more);
  };
  CHECK(texture({}) != texture({"--style-mask", "top.png"}));
}

TEST_CASE("a mask of a picture's luma or colour is the picture of it") {
  const MaskedPictures p;
  // Two colours: luma 0.75 and 0.11.
  Picture halves = mask(40, 30, [](int x, int) { return x < 20; });
  for (int c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < halves.pixels(); ++i) {
      const float value = halves.plane(0)[i];  // red is the last to change
      halves.plane(2 - c)[i] = value > 0 ? 180.0F + 10.0F * static_cast<float>(c) : 28.0F;
    }
  }
  write_png(p.folder / "content.png", halves, 8);
  const Picture by_file = p.run({"--content-mask", "left.png"});
  CHECK(p.run({"--content-mask", "luma:0.6-0.9"}).rgb == by_file.rgb);
  CHECK(p.run({"--content-mask", "luma:0.78-0.9"}).rgb != by_file.rgb);  // on the edge
  const Picture by_color = p.run({"--content-mask", "color:#c8beb4:20"});
  CHECK(by_color.rgb == by_file.rgb);
  CHECK(p.run({"--content-mask", "color:#b0b0b0:20"}).rgb != by_file.rgb);
}

TEST_CASE("the last mask may be what the others leave") {
  const MaskedPictures p;
  write_png(p.folder / "exact.png", mask(40, 30, [](int x, int) { return x >= 20; }), 8);
  const Arguments left{"--content-mask", "left.png"};
  const Picture expected = p.run(left + Arguments{"--content-mask", "2=exact.png"});
  CHECK(p.run(left + Arguments{"--content-mask", "2=rest"}).rgb == expected.rgb);
  CHECK(p.run(left + Arguments{"--content-mask", "right.png", "--content-mask", "rest=./left.png"})
            .rgb != expected.rgb);
  const auto refused = [&](const Arguments& masks, const std::string& because) {
    check_refused(p.folder, small_transfer() + masks, because);
  };
  refused({"--content-mask", "rest"}, "comes last, behind another");
  refused(Arguments{"--content-mask", "rest"} + left, "comes last, behind another");
  refused(left + Arguments{"--style-mask", "rest"}, "only a --content-mask");
}

TEST_CASE("a mask of a picture's alpha leaves out what is transparent") {
  const MaskedPictures p;
  // The left half of a picture, behind it white; once transparent, once not.
  const Picture scene = read_picture(p.folder / "content.png");
  Picture on_white = scene;
  std::vector<std::uint8_t> rgba;
  for (int i = 0; i < 40 * 30; ++i) {
    const bool left = i % 40 < 20;
    for (int c = 0; c < 3; ++c) {
      rgba.push_back(static_cast<std::uint8_t>(scene.plane(c)[i]));
      if (!left) on_white.plane(c)[i] = 255;
    }
    rgba.push_back(left ? 255 : 0);
  }
  write_png(p.folder / "content.png", on_white, 8);
  const Picture expected = p.run({"--content-mask", "left.png"});
  png_image file{};
  file.version = PNG_IMAGE_VERSION;
  file.width = 40;
  file.height = 30;
  file.format = PNG_FORMAT_RGBA;
  const std::string path = p.folder / "content.png";
  REQUIRE(png_image_write_to_file(&file, path.c_str(), 0, rgba.data(), 0, nullptr) != 0);
  CHECK(p.run({"--content-mask", "alpha", "--background", "white"}).rgb == expected.rgb);
}

TEST_CASE("the log names the layers of each region") {
  const MaskedPictures p;
  p.run({"--content-mask", "sky=left.png", "--content-mask", "right.png", "--log", "run.jsonl"});
  const nlohmann::json layers = read_log(p.folder / "run.jsonl").back().at("style_layers");
  CHECK(layers.size() == 4);
  for (const char* name : {"sky conv1_1", "sky conv2_1", "2 conv1_1", "2 conv2_1"}) {
    CAPTURE(name);
    CHECK(layers.contains(name));
  }
}

TEST_CASE("masks that do not fit are refused in one sentence") {
  const MaskedPictures p;
  const auto refused = [&](const Arguments& more, const std::string& because) {
    check_refused(p.folder, small_transfer() + more, because);
  };
  const Arguments left{"--content-mask", "left.png"}, right{"--content-mask", "right.png"};
  refused({"--content-mask", "top.png"}, "'top.png' is 36x36");
  refused({"--style-mask", "left.png"}, "'left.png' is 40x30");
  refused({"--content-mask", "none.png"}, "region 1 covers less than one position of pixels");
  refused({"--style-mask", "luma:0.999-1"},
          "region of a style that its mask and transparency leave covers less than one position");
  write_file(p.folder / "old.jsonl", "of another run");
  refused({"--content-mask", "none.png", "--log", "old.jsonl"}, "region 1");
  CHECK(read_file(p.folder / "old.jsonl") == "of another run");
  refused({"--content-mask", "nowhere.png"}, "nowhere.png");
  refused({"--content-mask", "sky="}, "as in sky=sky.png");
  refused({"--content-mask", "=left.png"}, "as in sky=sky.png");
  refused(Arguments{"dots.png", "dots.png"} + left + right, "the styles 3");
  refused(Arguments{"dots.png"} + left, "the regions are 1, the styles 2");
  refused(Arguments{"dots.png", "--style-blend", "1,2"} + left + right, "--style-blend");
  refused({"--content-mask", "a=left.png", "--content-mask", "a=right.png"}, "two regions");
  refused({"--content-mask", "2=nowhere.png", "--content-mask", "right.png"}, "nowhere.png");
  refused(left + Arguments{"--style-mask", "sky=top.png"}, "no region of this name; use one of 1");
  refused({"--style-mask", "top.png", "--style-mask", "top.png"},
          "more often than there are styles");
  refused({"--style-mask", "1=top.png", "--style-mask", "1=top.png"}, "region 1 has more than one");
  refused(Arguments{"-o", "left.png"} + left, "left.png");
  for (const char* text : {"luma:", "luma:0.5", "luma:0.7-0.2", "luma:0-2"}) {
    refused({"--content-mask", text}, "as in luma:0.6-1");
  }
  refused({"--content-mask", "alpha"}, "'content.png' has no transparent parts");
  refused({"--content-mask", "luma:x-1"}, "'x' is not a number");
  refused({"--content-mask", "color:greenish"}, "is not a colour");
  refused({"--style-mask", "color:#102030:0"}, "tolerance");
}

TEST_CASE("a dry run knows regions") {
  const MaskedPictures p;
  const auto memory = [&](const Arguments& more) {
    const Outcome outcome = run_tool(p.folder, small_transfer() + Arguments{"--dry-run"} + more);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return outcome.out.substr(0, outcome.out.find("the rest"));  // layers, which do not vary
  };
  CHECK(memory({}) == memory({}));
  CHECK(memory({}) != memory({"--content-mask", "left.png", "--content-mask", "right.png"}));
  CHECK(run_tool(p.folder, small_transfer() +
                               Arguments{"dots.png", "--dry-run", "--content-mask", "left.png"})
            .exit_code == 2);
}

}  // namespace
}  // namespace vggstyle::test
