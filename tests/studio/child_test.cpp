// A program beside ours.

#include "tools/studio/child.h"

#include <doctest/doctest.h>
#include <signal.h>

#include "tests/support/files.h"

namespace vggstyle::test {
namespace {

struct Ended {
  int code = 0;
  std::vector<std::string> lines;
};

Ended run_shell_words(const TemporaryFolder& folder, const std::string& words, bool stop = false) {
  Child child("/bin/sh", {"-c", words}, folder.path().string());
  Ended ended;
  ended.code = child.wait([&](const std::string& line) {
    ended.lines.push_back(line);
    if (stop) child.stop();
  });
  child.stop();  // does nothing: it has ended
  return ended;
}

}  // namespace

TEST_CASE("a child's lines come as they are written, and its exit code at the end") {
  const TemporaryFolder folder;
  const Ended ended =
      run_shell_words(folder, "echo one >&2; echo out; printf 'two\\nrest' >&2; exit 3");
  CHECK(ended.code == 3);
  CHECK(ended.lines == std::vector<std::string>{"one", "two", "rest"});
}

TEST_CASE("a child is in its folder, reads nothing, and heeds signals that we ignore") {
  const TemporaryFolder folder;
  const auto before = ::signal(SIGTERM, SIG_IGN);
  const Ended ended =
      run_shell_words(folder, "pwd >&2; cat >&2; while :; do sleep 0.02; done", true);
  ::signal(SIGTERM, before);
  CHECK(ended.lines == std::vector<std::string>{folder.path().string()});
  CHECK(ended.code == 128 + SIGTERM);
}

TEST_CASE("a program that is not there is an error of ours") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(Child("/nowhere/vggstyle", {}, folder.path().string()), InternalError);
}

}  // namespace vggstyle::test
