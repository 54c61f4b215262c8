// vggstyle resume keeps away from a run that is still going on.

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>

#include "tests/tool/support.h"
#include "tools/session/checkpoint/living.h"

namespace vggstyle::test {

namespace fs = std::filesystem;

TEST_CASE("a run that is still going on is left alone") {
  const TemporaryFolder folder;
  write_pictures(folder);
  Arguments run = small_transfer();
  *std::ranges::find(run, "8") = "100000";
  {
    ToolProcess living(folder, run + Arguments{"--optimizer", "adam", "--checkpoint", "c.h5"});
    wait_until([&] { return fs::exists(folder / "c.h5"); });
    check_refused(folder, {"resume", "c.h5"},
                  "c.h5' is still going on, as process " + std::to_string(living.pid()) + ":");
  }  // and is killed
  CHECK(run_tool(folder, {"resume", "c.h5", "--iterations", "3"}).exit_code == 0);
}

TEST_CASE("a process is told from others of its number") {
  const std::string mine = this_process();
  CHECK(process_number(mine) == std::to_string(getpid()));
  CHECK(is_living(mine));
  CHECK_FALSE(is_living(mine + "0"));  // started at another time
  CHECK_FALSE(is_living("x" + mine));  // of another boot
  CHECK_FALSE(is_living(""));
  CHECK_FALSE(is_living("boot ../self 1"));
}

}  // namespace vggstyle::test
