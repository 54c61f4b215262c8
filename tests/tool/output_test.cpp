// What lies beside the picture: text in the PNG, intermediate pictures, the log.

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "tests/tool/support.h"

namespace vggstyle::test {
namespace {

TEST_CASE("the picture says how it was made") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::string png = picture_bytes(folder, small_transfer() + Arguments{"--seed", "77"});
  const auto has = [&](const std::string& text) { return png.find(text) != std::string::npos; };
  CHECK(has("vggstyle 0."));
  CHECK(has("vggstyle transfer content.png style.png --weights synthetic"));
  CHECK(has("synthetic seed 0"));
  CHECK(has("77"));
  CHECK_FALSE(has("thread"));
}

TEST_CASE("16 bits are 16 bits") {
  const TemporaryFolder folder;
  write_pictures(folder);
  constexpr std::size_t kBitDepth = 24;  // its place in every PNG file
  CHECK(picture_bytes(folder, small_transfer()).at(kBitDepth) == 8);
  CHECK(picture_bytes(folder, small_transfer() + Arguments{"--bits", "16"}).at(kBitDepth) == 16);
}

TEST_CASE("pictures so far are saved under their own names") {
  const TemporaryFolder folder;
  write_pictures(folder);
  picture_bytes(folder, small_transfer() + Arguments{"--save-every", "3", "--optimizer", "adam"});
  const std::vector<std::string> expected = {"content.png", "out-0003.png", "out-0006.png",
                                             "out.png", "style.png"};
  CHECK(folder.files() == expected);
  CHECK(read_file(folder / "out-0003.png") != read_file(folder / "out-0006.png"));
}

TEST_CASE("the log has every step, and its terms add up") {
  const TemporaryFolder folder;
  write_pictures(folder);
  picture_bytes(folder, small_transfer() + Arguments{"--log", "run.jsonl", "--tv-weight", "0.5",
                                                     "--optimizer", "adam"});
  const auto log = read_log(folder / "run.jsonl");
  REQUIRE(log.size() == 8);
  for (const auto& line : log) {
    const double style = line.at("style"), content = line.at("content"), tv = line.at("tv");
    CHECK(tv > 0);
    CHECK(line.at("total") == doctest::Approx(style + content + tv));
    const auto& layers = line.at("style_layers");
    CHECK(style == doctest::Approx(static_cast<double>(layers.at("conv1_1")) +
                                   static_cast<double>(layers.at("conv2_1"))));
    CHECK(line.at("content_layers").contains("conv2_1"));
    CHECK(line.at("seconds") >= 0);
  }
}

TEST_CASE("a result that cannot be printed is an error") {
  const int status = std::system(VGGSTYLE_TOOL " version > /dev/full 2> /dev/null");
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 1);
}

TEST_CASE("quiet is quiet, otherwise progress comes in plain lines") {
  const TemporaryFolder folder;
  write_pictures(folder);
  CHECK(run_tool(folder, small_transfer() + Arguments{"--quiet"}).err.empty());
  const std::string err = run_tool(folder, small_transfer()).err;
  CHECK(err.find('\r') == std::string::npos);
  CHECK(err.find("8/8  loss") != std::string::npos);
  CHECK(count_lines(err) <= 12);
}

}  // namespace
}  // namespace vggstyle::test
