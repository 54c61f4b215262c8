// Ctrl-C: what is done stays, and a second start goes on.

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "tests/batch/support.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("an interrupted batch keeps what is done, and the same command makes the rest") {
  const TemporaryFolder folder;
  write_jobs(folder,
             transfer_job("output = \"a.png\"\n") +
                 transfer_job("output = \"b.png\"\noptimizer = \"adam\"\niterations = 500000\n") +
                 transfer_job("output = \"c.png\"\n"));
  ToolProcess tool(folder, {"batch", "jobs.toml", "-o", "out", "--at-once", "1"});
  for (int i = 0; i < 6000 && !fs::exists(folder / "out/a.json"); ++i) ::usleep(5000);
  REQUIRE(fs::exists(folder / "out/a.json"));
  ::kill(tool.pid(), SIGINT);
  const Outcome stopped = tool.wait();
  CHECK(stopped.exit_code == 130);
  CHECK(stopped.err.find("interrupted with 1 of 3 pictures made; run the same command again") !=
        std::string::npos);
  CHECK(fs::exists(folder / "out/a.png"));
  CHECK_FALSE(fs::exists(folder / "out/b.png"));
  CHECK_FALSE(fs::exists(folder / "out/index.html"));

  const auto time = fs::last_write_time(folder / "out/a.png");
  const Outcome outcome = run_tool(
      folder, {"batch", "jobs.toml", "-o", "out", "--optimizer", "lbfgs", "--iterations", "4"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.err.find("2 pictures (1 more are there)") != std::string::npos);
  CHECK(fs::last_write_time(folder / "out/a.png") == time);
  CHECK(fs::exists(folder / "out/c.png"));
  CHECK(fs::exists(folder / "out/index.html"));
}

}  // namespace
}  // namespace vggstyle::test
