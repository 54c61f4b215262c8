// "-": a picture from standard input, the result to standard output.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/reliability/shell.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

const std::string kOptions =
    " --weights synthetic --style-layers conv1_1 --content-layers conv2_1 --optimizer adam "
    "--iterations 3 ";

/// What a run in a pipe is refused for.
void check_script_refused(const TemporaryFolder& folder, const std::string& script,
                          const std::string& expected) {
  const Outcome outcome = run_shell(folder, script);
  CAPTURE(script);
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.out.empty());
  CHECK(count_lines(outcome.err) == 1);
  CHECK(outcome.err.find(expected) != std::string::npos);
}

}  // namespace

TEST_CASE("a run in a pipe makes the picture that it makes of files, and prints nothing else") {
  const TemporaryFolder folder;
  write_pictures(folder);
  REQUIRE(run_shell(folder, "\"$vggstyle\" transfer content.png style.png" + kOptions).exit_code ==
          0);
  const Picture expected = read_picture(folder / "stylised.png");
  for (const char* piped : {"content.png | \"$vggstyle\" transfer - style.png",
                            "style.png | \"$vggstyle\" transfer content.png -"}) {
    const Outcome outcome = run_shell(folder, "cat " + std::string(piped) + kOptions + "-o -");
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.err.find("wrote to standard output: 40x30") != std::string::npos);
    write_file(folder / "piped", outcome.out);
    CHECK(read_picture(folder / "piped").rgb == expected.rgb);
  }
  const Outcome told = run_shell(folder, "cat content.png | \"$vggstyle\" transfer - style.png" +
                                             kOptions + "-o - | \"$vggstyle\" explain -");
  CHECK(told.out.find("vggstyle transfer - style.png --weights synthetic") == 0);
  CHECK(told.out.find(" -o -\n") != std::string::npos);
  for (const std::string& name : folder.files()) CHECK(name != "-");
}

TEST_CASE("standard output takes 16 bits, is no terminal, and one picture") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome deep =
      run_shell(folder,
                "\"$vggstyle\" texture style.png --weights synthetic --style-layers conv1_1 "
                "--iterations 2 --quiet --bits 16 -o -");
  REQUIRE(deep.out.size() > 25);
  CHECK(deep.err.empty());
  CHECK(deep.out[24] == 16);
  const std::string run = "\"$vggstyle\" transfer content.png style.png" + kOptions + "-o - ";
  check_script_refused(folder, run + "--save-every 1", "--save-every: standard output takes one");
  check_script_refused(folder, run + "--log -", "--log -: the log is a file");
  check_script_refused(folder, run + "--checkpoint -", "--checkpoint -: a checkpoint is a file");
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(::grantpt(terminal) == 0);
  REQUIRE(::unlockpt(terminal) == 0);
  const std::string name = ::ptsname(terminal);
  check_script_refused(folder, run + ">" + name, "standard output is a terminal");
  check_script_refused(folder,
                       "\"$vggstyle\" transfer - style.png" + kOptions + "-o a.png <" + name,
                       "standard input is a terminal");
  ::close(terminal);
}

TEST_CASE("standard input is read once") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto refused = [&](const std::string& inputs, const std::string& expected) {
    const std::string run = "\"$vggstyle\" transfer " + inputs + kOptions + "-o out.png";
    check_script_refused(folder, run + " < content.png", expected);
    check_script_refused(folder, run + " --dry-run < content.png", expected);
  };
  refused("- -", "can be read once, and here it is the content and a style;");
  refused("- style.png --init -", "it is the content and the picture of --init;");
  refused("- style.png --content-mask alpha", "it is the content and a mask;");
  refused("content.png - --style-mask alpha", "it is a style and a mask;");
  refused("content.png style.png --content-mask - --style-mask -", "it is a mask and a mask;");
  const std::string run = "\"$vggstyle\" transfer - style.png" + kOptions;
  check_script_refused(folder, run + "-o out.png --checkpoint run.h5 < content.png",
                       "--checkpoint: '-', the content, is not a file that can be read again");
  check_script_refused(folder, run + "-o content.png < content.png", "would overwrite the content");
  check_script_refused(folder, run + "-o out.png </dev/null", "'-' is empty");
}

TEST_CASE("a picture that standard output does not take is saved") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome outcome = run_shell(
      folder, "\"$vggstyle\" transfer content.png style.png" + kOptions + "-o - > /dev/full");
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("cannot write the picture to standard output: No space left on device; "
                         "saved as 'stylised-rescued-") != std::string::npos);
}

}  // namespace vggstyle::test
