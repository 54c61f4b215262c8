// --memory: what needs more is computed in tiles.

#include <doctest/doctest.h>

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

/// Some 100 MB in one.
Arguments transfer(const Arguments& more, const char* iterations = "3") {
  return Arguments{"transfer",        "scene.png",        "strokes.png", "--weights",
                   "synthetic",       "--size",           "256",         "--style-layers",
                   "conv1_1,conv2_1", "--content-layers", "conv2_1"} +
         Arguments{"--iterations", iterations, "--log", "run.jsonl"} + more;
}

Outcome run_well(const TemporaryFolder& folder, const Arguments& arguments) {
  Outcome outcome = run_tool(folder, arguments);
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  return outcome;
}

struct MemoryPictures : TemporaryFolder {
  MemoryPictures() {
    write_png(*this / "scene.png", contrive("scene", 256, 200, 5), 8);
    write_png(*this / "strokes.png", contrive("strokes", 200, 256, 5), 8);
  }
};

TEST_CASE("memory: a run in tiles makes the picture of a run in one") {
  const MemoryPictures folder;
  const Outcome whole = run_well(folder, transfer({"-o", "whole.png"}));
  CHECK_FALSE(has(whole.err, " tiles"));
  const double expected = read_log(folder / "run.jsonl").back().at("total");
  const Outcome tiled = run_well(folder, transfer({"-o", "tiled.png", "--memory", "64M"}));
  CHECK(has(tiled.err, " MB planned, in "));
  CHECK(has(tiled.err, " times the work"));
  CHECK_FALSE(has(tiled.err, "warning"));
  CHECK(double{read_log(folder / "run.jsonl").back().at("total")} ==
        doctest::Approx(expected).epsilon(2e-3));
  const Picture a = read_picture(folder / "whole.png"), b = read_picture(folder / "tiled.png");
  double apart = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) {
    apart += std::abs(double{a.rgb[i]} - double{b.rgb[i]});
  }
  CHECK(apart / static_cast<double>(a.rgb.size()) < 0.05);
}

TEST_CASE(
    "memory: a run in tiles goes on from its checkpoint in the same tiles, to the same bytes") {
  const MemoryPictures folder;
  const Arguments tiles = {"--memory", "64M", "--checkpoint", "c", "--checkpoint-every", "1"};
  run_well(folder, transfer(tiles + Arguments{"-o", "long.png"}, "3"));
  const std::string expected = read_file(folder / "long.png");
  run_well(folder, transfer(tiles + Arguments{"-o", "short.png"}, "2"));
  run_well(folder, {"resume", "c", "--iterations", "3", "-o", "long.png"});
  CHECK(read_file(folder / "long.png") == expected);
}

TEST_CASE("memory: a seamless texture in tiles, of a style of any size") {
  const MemoryPictures folder;
  const Outcome outcome =
      run_well(folder, {"texture", "scene.png", "--weights", "synthetic", "--size", "256",
                        "--tileable", "--style-layers", "conv1_1,conv2_1", "--style-size", "251",
                        "--iterations", "1", "--memory", "85M"});
  CHECK(has(outcome.err, " MB planned, in "));
}

TEST_CASE("memory: tiles that are mostly surroundings are warned of") {
  const MemoryPictures folder;
  const Outcome outcome =
      run_well(folder, {"transfer", "scene.png", "strokes.png", "--weights", "synthetic", "--size",
                        "256", "--style-layers", "conv1_1,conv3_1", "--content-layers", "conv2_1",
                        "--history", "5", "--iterations", "1", "--memory", "64M"});
  CHECK(has(outcome.err, " times the work"));
  CHECK(has(outcome.err, "warning: these tiles are mostly what is around them"));
}

TEST_CASE("memory: a dry run says how many tiles, and what does not fit is refused") {
  const MemoryPictures folder;
  const std::string said = run_well(folder, transfer({"--memory", "64M", "--dry-run"})).out;
  CHECK(has(said, " MB of 67 MB: fits in "));
  CHECK(has(said, " tiles, "));
  CHECK(has(said, " times the work; largest size that fits: "));
  check_refused(folder, transfer({"--memory", "64M", "--style-size", "4096"}),
                "MB of memory even in tiles and 64 MB");
  for (const char* text : {"1X", "10", "", "-2G", "2000T", "nan"}) {
    check_refused(folder, transfer({"--memory=" + std::string(text)}), "--memory");
  }
}

}  // namespace
}  // namespace vggstyle::test
