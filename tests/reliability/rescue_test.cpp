// What was computed is not thrown away because a disk is full or a folder is gone.

#include <doctest/doctest.h>

#include "tests/reliability/shell.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {

namespace fs = std::filesystem;

TEST_CASE("a log that cannot grow costs the log, not the picture") {
  const TemporaryFolder folder;
  write_pictures(folder);
  // At most 16 KB a file.
  const Outcome outcome = run_shell(
      folder,
      "ulimit -f 32\n\"$vggstyle\" texture style.png --weights synthetic --style-layers conv1_1 "
      "--optimizer adam --iterations 200 --log run.jsonl -o out.png --threads 1\n");
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err.find("warning: cannot write the log 'run.jsonl'") != std::string::npos);
  CHECK(read_picture(folder / "out.png").width == 36);
  CHECK(read_file(folder / "run.jsonl").size() <= 16384);
  check_nothing_left(folder);
}

TEST_CASE("a picture too large for the limit on files is one sentence, and nothing stays behind") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome outcome =
      run_shell(folder, "ulimit -f 1\n\"$vggstyle\" contrive scene --size 200 -o out.png\n");
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 1);
  CHECK(count_lines(outcome.err) == 1);
  CHECK(outcome.err.find("cannot write 'out.png'") != std::string::npos);
  CHECK_FALSE(fs::exists(folder / "out.png"));
  check_nothing_left(folder);
}

TEST_CASE("an HDF5 file too large for the limit on files is one sentence that names it") {
  const TemporaryFolder folder;
  write_pictures(folder);
  for (const char* command : {"evaluate style.png --weights synthetic --layers conv1_1 -o out.h5",
                              "weights synth -o out.h5"}) {
    CAPTURE(command);
    const Outcome outcome =
        run_shell(folder, std::string("ulimit -f 2\n\"$vggstyle\" ") + command + "\n");
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 1);
    CHECK(count_lines(outcome.err) == 1);
    CHECK(outcome.err.find("'out.h5'") != std::string::npos);
    CHECK_FALSE(fs::exists(folder / "out.h5"));
    check_nothing_left(folder);
  }
}

TEST_CASE("a folder that goes away during a run: the picture is elsewhere, and it says where") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome outcome = run_shell(folder, R"(mkdir out tmp
export TMPDIR="$PWD/tmp"
"$vggstyle" texture style.png --weights synthetic --style-layers conv1_1 --optimizer adam \
  --iterations 1000000 --log run.jsonl -o out/out.png --threads 1 --checkpoint none &
for i in $(seq 600); do [ -s run.jsonl ] && break; sleep 0.05; done
rm -r out
kill -TERM $!
wait $!
)");
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code != 0);
  CHECK(outcome.err.find("cannot write 'out/out.png'") != std::string::npos);
  const std::size_t at = outcome.err.find("saved as '");
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + 10;
  const std::string rescued = outcome.err.substr(begin, outcome.err.find('\'', begin) - begin);
  CHECK(rescued.find("/tmp/") != std::string::npos);
  CHECK(read_picture(rescued).width == 36);
}

}  // namespace vggstyle::test
