// Ctrl-C: the picture so far is written, and the exit code says that the run was stopped.

#include <doctest/doctest.h>
#include <signal.h>

#include "tests/tool/support.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

/// Waits until the run has logged a step, so that it is known to be under way.
void wait_for_first_step(const TemporaryFolder& folder) {
  const std::string log = folder / "run.jsonl";
  wait_until([&] { return std::filesystem::exists(log) && count_lines(read_file(log)) > 0; });
}

TEST_CASE("an interrupted run writes the picture so far and exits with 130") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const TemporaryFolder folder;
    write_pictures(folder);
    write_file(folder / "out.png", "old");
    ToolProcess process(
        folder, Arguments{"texture", "style.png", "--weights", "synthetic", "--style-layers",
                          "conv1_1", "--iterations", "1000000", "--optimizer", "adam", "--log",
                          "run.jsonl", "-o", "out.png", "--threads", "1", "--checkpoint", "none"});
    wait_for_first_step(folder);
    ::kill(process.pid(), signal);
    const Outcome outcome = process.wait();
    CHECK(outcome.exit_code == 130);
    CHECK(outcome.err.find("interrupted, wrote out.png") != std::string::npos);
    CHECK(read_picture(folder / "out.png").width == 36);
    CHECK(folder.files() ==
          std::vector<std::string>{"content.png", "out.png", "run.jsonl", "style.png"});
  }
}

}  // namespace
}  // namespace vggstyle::test
