// Contents and styles with transparent parts, and --region-content.

#include <doctest/doctest.h>

#include <cmath>

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

/// White on the left, else black.
Picture left_half(int width, int height) {
  Picture mask = Picture::black(width, height);
  for (std::size_t i = 0; i < mask.rgb.size(); ++i) {
    mask.rgb[i] = static_cast<int>(i) % width < width / 2 ? 255.0F : 0.0F;
  }
  return mask;
}

/// The left half of it.
Picture left_of(const Picture& whole) {
  Picture half = Picture::black(whole.width / 2, whole.height);
  for (std::size_t i = 0; i < half.rgb.size(); ++i) {
    const std::size_t width = static_cast<std::size_t>(half.width);
    half.rgb[i] = whole.rgb[i / width * 2 * width + i % width];
  }
  return half;
}

/// The pictures of small_transfer(); cut.png is the left half of the content, cut_style.png of the style, and
/// other.png and other_style.png the same with something else hidden at the right.
struct TransparentPictures {
  TransparentPictures() {
    write_pictures(folder);
    write_halves("content.png", "cut.png", "other.png");
    write_halves("style.png", "cut_style.png", "other_style.png");
    write_png(folder / "left.png", left_half(40, 30), 8);
  }

  void write_halves(const char* name, const char* cut, const char* other) {
    Picture picture = read_picture(folder / name);
    const Picture alpha = left_half(picture.width, picture.height);
    write_picture(folder / cut, picture, 8, {}, &alpha);
    for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
      if (alpha.rgb[i] == 0) picture.rgb[i] = 255 - picture.rgb[i];
    }
    write_picture(folder / other, picture, 8, {}, &alpha);
  }

  /// small_transfer() with another content or style.
  Arguments transfer(const std::string& content, const std::string& style) const {
    Arguments arguments = small_transfer();
    for (std::string& argument : arguments) {
      if (argument == "content.png") argument = content;
      if (argument == "style.png") argument = style;
    }
    return arguments;
  }

  PictureAndAlpha run(const Arguments& arguments, const Arguments& more = {}) const {
    const Outcome outcome =
        run_tool(folder, arguments + Arguments{"--quiet", "-o", "out.png"} + more);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return read_with_alpha(folder / "out.png");
  }

  TemporaryFolder folder;
};

TEST_CASE("a content's transparent parts stay so, and do not count") {
  const TransparentPictures p;
  const PictureAndAlpha result = p.run(p.transfer("cut.png", "style.png"));
  REQUIRE(result.alpha);
  CHECK(result.alpha->rgb == left_half(40, 30).rgb);
  CHECK(p.run(p.transfer("other.png", "style.png")).picture.rgb == result.picture.rgb);
  CHECK(p.run(p.transfer("cut.png", "style.png"), {"--scales", "2"}).alpha->rgb ==
        result.alpha->rgb);
  const PictureAndAlpha opaque =
      p.run(p.transfer("cut.png", "style.png"), {"--background", "white"});
  CHECK(!opaque.alpha);
  CHECK(p.run(p.transfer("other.png", "style.png"), {"--background", "white"}).picture.rgb ==
        opaque.picture.rgb);
}

TEST_CASE("a style's transparent parts do not count") {
  const TransparentPictures p;
  const PictureAndAlpha result = p.run(p.transfer("content.png", "cut_style.png"));
  CHECK(!result.alpha);
  CHECK(p.run(p.transfer("content.png", "other_style.png")).picture.rgb == result.picture.rgb);
  CHECK(p.run(p.transfer("content.png", "style.png")).picture.rgb != result.picture.rgb);
  const Arguments texture{"texture",        "cut_style.png", "--weights",    "synthetic",
                          "--style-layers", "conv1_1",       "--iterations", "4"};
  CHECK(!p.run(texture).alpha);
  CHECK(p.run(texture).picture.rgb != p.run(texture, {"--background", "white"}).picture.rgb);
}

TEST_CASE("the loss of a cut-out is that of what is left of it") {
  const TransparentPictures p;
  const auto first = [&](const std::string& content, const char* color) {
    p.run({"transfer", content, "style.png", "--weights", "synthetic", "--style-layers", "pixels",
           "--content-weight", "0", "--style-size", "36", "--iterations", "2", "--log", "run.jsonl",
           "--color", color});
    return read_log(p.folder / "run.jsonl").front();
  };
  write_png(p.folder / "half.png", left_of(read_picture(p.folder / "content.png")), 8);
  // The style counts by the share of what is seen, 1/2; and so with colours that are matched before.
  for (const char* color : {"style", "match", "match-cholesky", "luminance"}) {
    CAPTURE(color);
    CHECK(2 * first("cut.png", color).at("style").get<double>() ==
          doctest::Approx(first("half.png", color).at("style").get<double>()).epsilon(1e-4));
  }
  CHECK(first("cut.png", "style").at("style_layers").contains("pixels"));
}

TEST_CASE("--color match: the colours of a style are those of what counts of it") {
  const TransparentPictures p;
  write_png(p.folder / "half_mask.png", left_half(36, 36), 8);
  // A transfer starts from the content, whose colours a style that is matched has already.
  const auto start = [&](const std::string& style, const char* color, const Arguments& more = {}) {
    p.run({"transfer", "content.png", style, "--weights", "synthetic", "--style-layers", "pixels",
           "--content-weight", "0", "--style-size", "36", "--iterations", "1", "--log", "run.jsonl",
           "--color", color},
          more);
    return read_log(p.folder / "run.jsonl").front().at("style").get<double>();
  };
  CHECK(start("cut_style.png", "style") > 1e-3);
  for (const char* color : {"match", "match-cholesky", "luminance"}) {
    CAPTURE(color);
    CHECK(start("cut_style.png", color) < 1e-5);
    CHECK(start("style.png", color, {"--style-mask", "half_mask.png"}) < 1e-5);
  }
}

TEST_CASE("a start from noise has the mean colour of what counts of a style") {
  const TransparentPictures p;
  write_png(p.folder / "half.png", left_of(read_picture(p.folder / "style.png")), 8);
  write_png(p.folder / "half_mask.png", left_half(36, 36), 8);
  const auto start = [&](const std::string& style, const Arguments& more = {}) {
    return p
        .run({"transfer", "content.png", style, "--weights", "synthetic", "--style-layers",
              "pixels", "--style-size", "36", "--init", "noise", "--iterations", "1"},
             more)
        .picture.rgb;
  };
  const std::vector<float> expected = start("half.png");
  CHECK(start("cut_style.png") == expected);
  CHECK(start("style.png", {"--style-mask", "half_mask.png"}) == expected);
  CHECK(start("style.png") != expected);
}

TEST_CASE("--region-content says how much the content counts in each region") {
  const TransparentPictures p;
  const auto apart = [&](const std::string& weight) {
    const Picture result = p.run(small_transfer(), {"--content-mask", "left.png", "--init", "noise",
                                                    "--region-content", weight})
                               .picture;
    const Picture content = read_picture(p.folder / "content.png");
    double sum = 0;
    for (std::size_t i = 0; i < content.rgb.size(); ++i) {
      sum += std::abs(static_cast<double>(result.rgb[i] - content.rgb[i]));
    }
    return sum;
  };
  CHECK(apart("1000") < apart("1"));
  CHECK(apart("0") != apart("1"));
  check_refused(p.folder, small_transfer() + Arguments{"--region-content", "1"},
                "1 weights for 0 regions");
  check_refused(
      p.folder,
      small_transfer() + Arguments{"--content-mask", "left.png", "--region-content", "-1"},
      "--region-content");
}

TEST_CASE("transparency that cannot be kept is refused before any work") {
  const TransparentPictures p;
  check_refused(p.folder, p.transfer("cut.png", "style.png") + Arguments{"-o", "out.jpg"},
                "JPEG has no transparency");
  write_picture(p.folder / "nothing.png", Picture::black(40, 30), 8, {},
                &static_cast<const Picture&>(Picture::black(40, 30)));
  check_refused(p.folder, p.transfer("nothing.png", "style.png"),
                "region that is not transparent covers less than one position");
}

TEST_CASE("a start with transparent parts brings no background into the picture") {
  const TransparentPictures p;
  const Arguments start{"--init", "cut.png"};
  CHECK(p.run(small_transfer(), start).picture.rgb !=
        p.run(small_transfer(), start + Arguments{"--background", "white"}).picture.rgb);
}

TEST_CASE("masks fit a tile whose sides were rounded") {
  const TransparentPictures p;
  CHECK(p.run({"transfer", "content.png", "style.png", "--weights", "synthetic", "--iterations",
               "2", "--tileable", "--content-mask", "left.png"})
            .picture.height == 32);
}

TEST_CASE("a dry run knows transparency") {
  const TransparentPictures p;
  check_refused(p.folder,
                p.transfer("cut.png", "style.png") + Arguments{"--dry-run", "-o", "out.jpg"},
                "JPEG has no transparency");
  check_refused(p.folder, small_transfer() + Arguments{"--dry-run", "--region-content", "1,2"},
                "2 weights for 0 regions");
  const auto layers = [&](const std::string& content) {
    const Outcome outcome =
        run_tool(p.folder, p.transfer(content, "style.png") + Arguments{"--dry-run"});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return outcome.out.substr(0, outcome.out.find("the rest"));
  };
  CHECK(layers("content.png") != layers("cut.png"));
}

}  // namespace
}  // namespace vggstyle::test
