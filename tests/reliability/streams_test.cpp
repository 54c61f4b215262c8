// Standard streams that are closed, full or broken cost nothing but what was to be shown there.

#include <doctest/doctest.h>

#include "tests/reliability/shell.h"

namespace vggstyle::test {
namespace {

const std::string kRun =
    "\"$vggstyle\" transfer content.png style.png --weights synthetic --style-layers conv1_1 "
    "--content-layers conv2_1 --optimizer adam --iterations 8 -o out.png";

}  // namespace

TEST_CASE("the picture and the log are the same whatever the streams are") {
  const TemporaryFolder plain;
  write_pictures(plain);
  REQUIRE(run_shell(plain, kRun + " --log run.jsonl").exit_code == 0);
  const std::string expected = read_file(plain / "out.png");
  for (const char* streams : {"2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full", ">/dev/full"}) {
    CAPTURE(streams);
    const TemporaryFolder folder;
    write_pictures(folder);
    CHECK(run_shell(folder, kRun + " --log run.jsonl " + streams).exit_code == 0);
    CHECK(read_file(folder / "out.png") == expected);
    CHECK(read_log(folder / "run.jsonl").size() == 8);
    check_nothing_left(folder);
  }
  const TemporaryFolder folder;
  write_pictures(folder);
  run_shell(folder, "{ " + kRun + " --log run.jsonl; echo $? >status; } 2>&1 | head -1");
  CHECK(read_file(folder / "status") == "0\n");
  CHECK(read_file(folder / "out.png") == expected);
}

TEST_CASE("a reader who has seen enough is no error, a full disk under a result is one") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::string commands[] = {"transfer --help", "weights info w.h5",
                                  "distance content.png style.png --weights w.h5 --json"};
  REQUIRE(run_tool(folder, {"weights", "synth", "-o", "w.h5"}).exit_code == 0);
  for (const std::string& command : commands) {
    CAPTURE(command);
    const Outcome piped =
        run_shell(folder, "{ \"$vggstyle\" " + command + " 2>err; echo $? >status; } | head -c 1");
    CHECK(piped.err.empty());
    CHECK(read_file(folder / "status") == "0\n");
    CHECK(read_file(folder / "err").find("error") == std::string::npos);
    const Outcome full = run_shell(folder, "\"$vggstyle\" " + command + " >/dev/full");
    CAPTURE(full.err);
    CHECK(full.exit_code == 1);
    CHECK(full.err.find("standard output cannot be written") != std::string::npos);
  }
}

}  // namespace vggstyle::test
