// The program of examples/, which embeds the engine, runs.

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

using namespace vggstyle;
using namespace vggstyle::test;

TEST_CASE("the example that embeds the engine makes a texture") {
  const TemporaryFolder folder;
  write_png(folder / "style.png", contrive("checkers", 24, 20, 1), 8);
  const Outcome outcome = run_tool(folder, {VGGSTYLE_WEIGHTS_FILE, "style.png", "out.png"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const Picture made = read_picture(folder / "out.png");
  CHECK(made.width == 24);
  CHECK(made.height == 20);
  const double first = std::stod(outcome.out.substr(2));  // "0 VALUE"
  const std::string last = outcome.out.substr(outcome.out.rfind('\n', outcome.out.size() - 2) + 1);
  CHECK(std::stod(last.substr(last.find(' '))) < 0.05 * first);
}

TEST_CASE("the example says what is wrong in one sentence") {
  const TemporaryFolder folder;
  const Outcome outcome = run_tool(folder, {"none.h5", "style.png", "out.png"});
  CHECK(outcome.exit_code == 1);
  CHECK(count_lines(outcome.err) == 1);
  CHECK(outcome.err.find("none.h5") != std::string::npos);
}
