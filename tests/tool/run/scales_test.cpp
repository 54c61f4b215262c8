// --scales: the same run at half the size first.

#include <doctest/doctest.h>

#include "tests/tool/support.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

/// A picture of 64 x 48.
Arguments larger_transfer() {
  return small_transfer() + Arguments{"--size", "64"};
}

TEST_CASE("coarse to fine goes through all sizes and starts each from the one before") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto run = [&](const Arguments& more) {
    const Outcome outcome = run_tool(
        folder, larger_transfer() +
                    Arguments{"--init", "noise", "-o", "out.png", "--log", "run.jsonl"} + more);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    CHECK(read_picture(folder / "out.png").width == 64);
    return std::pair{outcome.err, read_log(folder / "run.jsonl")};
  };
  const auto [told, log] = run({"--scales", "3"});
  CHECK(told.find("now 16x12 pixels") < told.find("now 32x24 pixels"));
  CHECK(told.find("now 32x24 pixels") < told.find("now 64x48 pixels"));
  CHECK(told.find("now 64x48 pixels") != std::string::npos);
  CHECK(told.find("/24  loss") != std::string::npos);

  std::vector<int> widths;
  double finest = 0;
  int before = 0;
  for (const auto& line : log) {
    const int width = line.at("width");
    CHECK(line.at("height") == width * 3 / 4);
    CHECK(line.at("evaluations") > before);
    before = line.at("evaluations");
    if (!widths.empty() && widths.back() == width) continue;
    widths.push_back(width);
    finest = line.at("total");
  }
  CHECK(widths == std::vector<int>{16, 32, 64});
  CHECK(before > 16);
  CHECK(before <= 24);

  const auto [plain_told, plain] = run({});
  CHECK(plain_told.find("now ") == std::string::npos);
  CHECK(finest < 0.9 * plain.front().at("total").get<double>());
}

TEST_CASE("pictures on the way have the size of the last one") {
  const TemporaryFolder folder;
  write_pictures(folder);
  picture_bytes(folder,
                larger_transfer() + Arguments{"--quiet", "--scales", "2", "--save-every", "4"});
  for (const char* name : {"out-0004.png", "out-0012.png"}) {
    CAPTURE(name);
    CHECK(read_picture(folder / name).width == 64);
    CHECK(read_picture(folder / name).height == 48);
  }
}

TEST_CASE("a dry run counts the evaluations of all sizes") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto text = [&](const Arguments& more) {
    return run_tool(folder, larger_transfer() + Arguments{"--dry-run"} + more).out;
  };
  CHECK(text({}).find(" for 8: ") != std::string::npos);
  CHECK(text({"--scales", "3"}).find(" for 24: ") != std::string::npos);
}

TEST_CASE("more sizes than the pictures have are refused") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto refused = [&](const char* scales) {
    const Outcome outcome =
        run_tool(folder, larger_transfer() + Arguments{"--scales", scales, "-o", "out.png"});
    CHECK(outcome.exit_code == 2);
    CHECK(count_lines(outcome.err) == 1);
    return outcome.err;
  };
  // The style has 36 pixels.
  CHECK(refused("4").find("--scales 4: the smallest side of these pictures is 36 pixels") !=
        std::string::npos);
  CHECK(refused("4").find("use 3 or less") != std::string::npos);
  CHECK(refused("0").find("scales must be from 1 to 10") != std::string::npos);
}

}  // namespace
}  // namespace vggstyle::test
