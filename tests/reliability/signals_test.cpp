// A signal ends a run in good order, a second one at once; one that is ignored stays ignored.

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "runtime/files/atomic_file.h"
#include "runtime/interrupt.h"
#include "tests/reliability/shell.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

/// A run that lasts, is under way, and gets what `then` does.
Outcome run_and(const TemporaryFolder& folder, const std::string& iterations,
                const std::string& before, const std::string& then) {
  return run_shell(folder,
                   before +
                       "\n\"$vggstyle\" texture style.png --weights synthetic --style-layers "
                       "conv1_1 --optimizer adam --iterations " +
                       iterations +
                       " --log run.jsonl -o out.png --threads 1 --checkpoint none &\n"
                       "for i in $(seq 600); do [ -s run.jsonl ] && break; sleep 0.05; done\n" +
                       then + "\nwait $!\n");
}

}  // namespace

TEST_CASE("SIGHUP ends a run as SIGTERM does") {
  for (const char* signal : {"HUP", "TERM"}) {
    const TemporaryFolder folder;
    write_pictures(folder);
    const Outcome outcome = run_and(folder, "1000000", "", "kill -" + std::string(signal) + " $!");
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 130);
    CHECK(outcome.err.find("interrupted, wrote out.png") != std::string::npos);
    CHECK(read_picture(folder / "out.png").width == 36);
    check_nothing_left(folder);
  }
}

TEST_CASE("a signal that the shell ignores is ignored") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome outcome =
      run_and(folder, "400", "trap '' HUP INT TERM", "kill -HUP $!; kill -INT $!; kill -TERM $!");
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err.find("wrote out.png") != std::string::npos);
  CHECK(outcome.err.find("interrupted") == std::string::npos);
}

TEST_CASE("a signal that ends the program removes the temporary file") {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    handle_signals();
    const InterruptGuard guard;
    const AtomicFile file(folder / "out.txt");
    std::raise(SIGTERM);  // the first only sets the guard's flag
    if (!guard.interrupted() || !std::filesystem::exists(file.temporary_path())) ::_exit(3);
    std::raise(SIGTERM);
    ::_exit(4);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
  CHECK(folder.files().empty());
}

}  // namespace vggstyle::test
