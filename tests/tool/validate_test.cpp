// validate agrees with itself, notices other numbers, and refuses what it cannot compare.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/tool/support.h"
#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"
#include "tools/pictures/write.h"
#include "weights/hdf5/hdf5_file.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

const Arguments kEvaluate = {"evaluate",
                             "content.png",
                             "--content",
                             "style.png",
                             "--style",
                             "style.png",
                             "--style-layers",
                             "conv1_1,conv2_1",
                             "--content-layers",
                             "conv2_1",
                             "--weights",
                             "synthetic",
                             "-o",
                             "reference.h5",
                             "--size",
                             "24"};

}  // namespace

TEST_CASE("validate: the same numbers agree, for other threads too") {
  const TemporaryFolder folder;
  write_pictures(folder);
  REQUIRE(run_tool(folder, kEvaluate).exit_code == 0);
  const Outcome outcome = run_tool(folder, {"validate", "reference.h5", "--threads", "1"});
  CHECK_MESSAGE(outcome.exit_code == 0, outcome.err);
  // 3 layers with 4 datasets each, total, tv, 2 styles, 1 content, gradient.
  CHECK(outcome.out.find("18 of 18 agree") != std::string::npos);
  CHECK(outcome.out.find("FAILED") == std::string::npos);
  CHECK(folder.files() == std::vector<std::string>{"content.png", "reference.h5", "style.png"});
}

TEST_CASE("validate: another picture behind the same name is noticed, with the place") {
  const TemporaryFolder folder;
  write_pictures(folder);
  REQUIRE(run_tool(folder, kEvaluate).exit_code == 0);
  REQUIRE(run_tool(folder, {"contrive", "dots", "--size", "32", "-o", "style.png"}).exit_code == 0);
  const Outcome outcome = run_tool(folder, {"validate", "reference.h5"});
  CHECK(outcome.exit_code == 3);
  // Content and style targets are others; the picture's own activations are not.
  CHECK(outcome.out.find("FAILED") != std::string::npos);
  CHECK(outcome.out.find("13 of 18 agree") != std::string::npos);
  CHECK(outcome.out.find("at [") != std::string::npos);
}

TEST_CASE(
    "validate: units on the other side of a ReLU are counted, and the gradient judged without "
    "them") {
  const TemporaryFolder folder;
  write_pictures(folder);
  REQUIRE(run_tool(folder, kEvaluate).exit_code == 0);
  Picture picture = read_picture(folder / "content.png");
  for (std::size_t i = 0; i < picture.rgb.size(); i += 2) picture.rgb[i] += 0.5F;
  write_png(folder / "content.png", picture, 16);
  const Outcome outcome = run_tool(folder, {"validate", "reference.h5"});
  CHECK(outcome.exit_code == 3);
  CHECK(outcome.out.find("of a ReLU on the other side than in the reference") != std::string::npos);
  CHECK(outcome.out.find(", with ReLUs and pools as in the reference") != std::string::npos);
  CHECK(folder.files() == std::vector<std::string>{"content.png", "reference.h5", "style.png"});
}

TEST_CASE("validate: a gradient that only ReLUs and pools tip over is no failure") {
  const TemporaryFolder folder;
  write_pictures(folder);
  Picture picture = resize(read_picture(folder / "content.png"), 122, 97);
  write_png(folder / "content.png", picture, 16);
  REQUIRE(
      run_tool(folder, {"evaluate", "content.png", "--content", "style.png", "--style", "style.png",
                        "--weights", "synthetic", "--model", "vgg19", "-o", "reference.h5"})
          .exit_code == 0);
  constexpr float kStep = 1.0F / 257;  // of 16 bits
  picture.plane(1)[picture.pixels() / 2 + 61] += kStep;
  write_png(folder / "content.png", picture, 16);
  const Outcome outcome = run_tool(folder, {"validate", "reference.h5"});
  CHECK_MESSAGE(outcome.exit_code == 0, outcome.out);
  CHECK(outcome.out.find("FAILED") != std::string::npos);
  CHECK(outcome.out.find("ok, with ReLUs and pools as in the reference") != std::string::npos);
  CHECK(outcome.out.find("49 of 49 agree") != std::string::npos);
}

TEST_CASE("validate: other weights, another file, and no file are refused") {
  const TemporaryFolder folder;
  write_pictures(folder);
  REQUIRE(run_tool(folder, kEvaluate).exit_code == 0);
  const auto refusal = [&](const Arguments& arguments) {
    const Outcome outcome = run_tool(folder, Arguments{"validate"} + arguments);
    CHECK(outcome.exit_code == 2);
    CHECK(count_lines(outcome.err) == 1);
    return outcome.err;
  };
  CHECK(refusal({"reference.h5", "--weights", "synthetic:7"}).find("made with weights") !=
        std::string::npos);
  CHECK(refusal({"content.png"}).find("HDF5") != std::string::npos);
  CHECK(refusal({"nothing.h5"}).find("nothing.h5") != std::string::npos);
  REQUIRE(run_tool(folder, {"weights", "synth", "-o", "w.h5"}).exit_code == 0);
  CHECK(refusal({"w.h5"}).find("does not say how it was made") != std::string::npos);
  std::filesystem::remove(folder / "style.png");
  CHECK(refusal({"reference.h5"}).find("style.png") != std::string::npos);
}
