// Numbers are read as people write them, and what cannot be meant is refused; names are shown so that no
// terminal obeys them.

#include <doctest/doctest.h>

#include "tests/reliability/shell.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

void check_number_refused(const Arguments& more, const std::string& words) {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome outcome = run_tool(folder, small_transfer() + more);
  CAPTURE(more);
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(count_lines(outcome.err) == 1);
  CHECK(outcome.err.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("numbers that cannot be meant are refused by the option's name") {
  for (const char* seed : {"-1", "18446744073709551616", "1.5", "1e3", "0x10", "", " 1", "many"}) {
    check_number_refused({"--seed", seed}, "--seed");
  }
  for (const char* size : {"0x20", "", "3e1", "99999999999999999999", "--5"}) {
    check_number_refused({"--size=" + std::string(size)}, "--size");
  }
  for (const char* weight : {"", "nan", "inf", "1e999", "1,5", "0x1p3", "-1", "1 2"}) {
    check_number_refused({"--style-weight=" + std::string(weight)}, "--style-weight");
  }
  check_number_refused({"--iter", "5"}, "did you mean --iterations?");
}

TEST_CASE("layers whose weights are all 0 are nothing to minimise") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome outcome = run_tool(
      folder, {"texture", "style.png", "--weights", "synthetic", "--style-layers", "conv1_1:0"});
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.err.find("--style-layers: every layer has weight 0") != std::string::npos);
}

TEST_CASE("zeros before a number and a plus change nothing") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Arguments plain = {"--seed", "8", "--size", "24", "--style-weight", "0.5"};
  const Arguments written = {"--seed", "08", "--size", "+024", "--style-weight", "+00.50"};
  const auto pixels = [&](const Arguments& more) {
    REQUIRE(run_tool(folder, small_transfer() + more + Arguments{"-o", "out.png"}).exit_code == 0);
    return read_picture(folder / "out.png").rgb;
  };
  CHECK(pixels(plain) == pixels(written));
}

TEST_CASE("names and texts are shown without what a terminal would obey") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::string name = "evil\n\x1b[31m.png";
  const Outcome missing = run_tool(folder, {"texture", name, "--weights", "synthetic"});
  CHECK(missing.exit_code == 2);
  CHECK(count_lines(missing.err) == 1);
  CHECK(missing.err.find("evil\\n\\x1b[31m.png") != std::string::npos);
  const Outcome made =
      run_tool(folder, {"texture", "style.png", "--weights", "synthetic", "--style-layers",
                        "conv1_1", "--iterations", "2", "-o", name});
  CHECK(made.exit_code == 0);
  CHECK(made.err.find('\x1b') == std::string::npos);
  CHECK(std::filesystem::exists(folder / name));
}

TEST_CASE("a file may be called as a list is written") {
  const TemporaryFolder folder;
  write_pictures(folder);
  std::filesystem::copy_file(folder / "style.png", folder / "[a,b]");
  CHECK(run_tool(folder, {"texture", "[a,b]", "--weights", "synthetic", "--dry-run"}).exit_code ==
        0);
  const Arguments evaluate = {"evaluate",       "[a,b]",   "--style",  "[a,b]",
                              "--weights",      "w.h5",    "--layers", "conv1_1",
                              "--style-layers", "conv1_1", "-o",       "e.h5"};
  REQUIRE(run_tool(folder, {"weights", "synth", "-o", "w.h5"}).exit_code == 0);
  CHECK(run_tool(folder, evaluate).exit_code == 0);
  CHECK(run_tool(folder, {"validate", "e.h5"}).exit_code == 0);
}

}  // namespace vggstyle::test
