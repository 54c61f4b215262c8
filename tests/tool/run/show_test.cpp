// --show: what a terminal that can show pictures is sent.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <thread>

#include "tests/reliability/shell.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

const std::string kRun =
    "\"$vggstyle\" transfer content.png style.png --weights synthetic --style-layers conv1_1 "
    "--content-layers conv1_1 --optimizer adam --iterations 2 --show ";
/// None of this of the terminal that the tests run in.
const std::string kPlain =
    "unset TMUX TERM_PROGRAM LC_TERMINAL KITTY_WINDOW_ID KONSOLE_VERSION; export TERM=xterm\n";

/// What a terminal is sent on standard error by a script that succeeds.
std::string sent(const TemporaryFolder& folder, const std::string& script) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(::grantpt(terminal) == 0);
  REQUIRE(::unlockpt(terminal) == 0);
  termios settings{};
  REQUIRE(::tcgetattr(terminal, &settings) == 0);
  ::cfmakeraw(&settings);
  REQUIRE(::tcsetattr(terminal, TCSANOW, &settings) == 0);
  const std::string name = ::ptsname(terminal);
  std::string text;
  std::thread reader([&] {
    char piece[4096];
    for (ssize_t count = 0; (count = ::read(terminal, piece, sizeof piece)) > 0;) {
      text.append(piece, static_cast<std::size_t>(count));
    }
  });
  const Outcome outcome = run_shell(folder, "exec 2>" + name + "\n" + kPlain + script);
  reader.join();  // the last to close the other end has ended it
  ::close(terminal);
  CAPTURE(text);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out.empty());
  return text;
}

std::string decoded(const std::string& base64) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned buffer = 0, bits = 0;
  for (const char c : base64) {
    if (c == '=') break;
    const std::size_t digit = digits.find(c);
    REQUIRE(digit != std::string::npos);
    buffer = buffer << 6U | static_cast<unsigned>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(buffer >> bits & 0xFFU);
  }
  return bytes;
}

/// The picture of kitty's graphics commands in `text`.
Picture kitty_picture(const TemporaryFolder& folder, const std::string& text, int& pieces) {
  std::string data;
  pieces = 0;
  for (std::size_t at = text.find("\x1b_G"); at != std::string::npos;
       at = text.find("\x1b_G", at + 1)) {
    const std::size_t start = text.find(';', at), end = text.find("\x1b\\", at);
    REQUIRE(end != std::string::npos);
    CHECK(end - start - 1 <= 4096);
    const bool is_last = text.find("\x1b_G", end) == std::string::npos;
    CHECK(text.substr(at + 3, start - at - 3) ==
          std::string(pieces == 0 ? "a=T,f=100,q=2," : "") + (is_last ? "m=0" : "m=1"));
    data += text.substr(start + 1, end - start - 1);
    ++pieces;
  }
  REQUIRE(pieces > 0);
  write_file(folder / "shown.png", decoded(data));
  return read_picture(folder / "shown.png");
}

}  // namespace

TEST_CASE("--show sends kitty the picture that was written, after the last word") {
  const TemporaryFolder folder;
  write_pictures(folder);
  for (const char* kind :
       {"TERM=xterm-kitty", "KITTY_WINDOW_ID=1", "KONSOLE_VERSION=220401", "TERM=xterm-ghostty"}) {
    const std::string text = sent(folder, std::string(kind) + " " + kRun + "-o out.png");
    int pieces = 0;
    CHECK(kitty_picture(folder, text, pieces).rgb == read_picture(folder / "out.png").rgb);
    CHECK(text.find("wrote out.png") < text.find("\x1b_G"));
    CHECK(text.ends_with("\x1b\\\n"));
  }
  const std::string quiet =
      sent(folder, "TERM=xterm-kitty " + kRun + "--quiet --size 500 -o out.png");
  int pieces = 0;
  const Picture small = kitty_picture(folder, quiet, pieces);
  CHECK(quiet.starts_with("\x1b_G"));
  CHECK(small.width == 400);
  CHECK(small.height == 300);
  CHECK(pieces > 1);
  const Outcome told = run_tool(folder, {"explain", "out.png"});
  CHECK(told.out.find("--show") == std::string::npos);
}

TEST_CASE("--show sends iTerm2 and its like an inline image, beside a picture on standard output") {
  const TemporaryFolder folder;
  write_pictures(folder);
  for (const char* kind : {"TERM_PROGRAM=iTerm.app", "TERM_PROGRAM=WezTerm", "LC_TERMINAL=iTerm2",
                           "TERM_PROGRAM=mintty"}) {
    const std::string text =
        sent(folder, std::string(kind) + " " + kRun + "--quiet -o - > piped.png");
    const std::string begin = "\x1b]1337;File=inline=1;size=";
    REQUIRE(text.starts_with(begin));
    const std::size_t colon = text.find(':');
    const std::string bytes = decoded(text.substr(colon + 1, text.find('\a') - colon - 1));
    CHECK(text.substr(begin.size(), colon - begin.size()) == std::to_string(bytes.size()));
    write_file(folder / "shown.png", bytes);
    CHECK(read_picture(folder / "shown.png").rgb == read_picture(folder / "piped.png").rgb);
  }
}

TEST_CASE("--show where no picture can be shown is refused before anything is done") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome file = run_shell(folder, kPlain + "TERM=xterm-kitty " + kRun);
  CHECK(file.exit_code == 2);
  CHECK(count_lines(file.err) == 1);
  CHECK(file.err.find("--show: standard error is not a terminal;") != std::string::npos);
  for (const char* kind : {"TERM=xterm-256color", "TMUX=1 TERM=xterm-kitty",
                           "TERM=screen KITTY_WINDOW_ID=1", "TERM=tmux TERM_PROGRAM=iTerm.app"}) {
    const std::string text =
        sent(folder, std::string(kind) + " " + kRun + "|| echo \"exit $?\" >&2");
    CHECK(text.find("--show: this terminal is not known to show pictures") != std::string::npos);
    CHECK(text.ends_with("exit 2\n"));
  }
  check_refused(folder, {"texture", "style.png", "--show", "--dry-run"}, "--show");
  CHECK(!std::filesystem::exists(folder / "stylised.png"));
}

TEST_CASE("resume shows the end with a --show of its own, not with that of the run") {
  const TemporaryFolder folder;
  write_pictures(folder);
  sent(folder, "TERM=xterm-kitty " + kRun + "-o out.png --checkpoint run.h5");
  const std::string resume = "TERM=xterm-kitty \"$vggstyle\" resume run.h5 --iterations 4 --quiet ";
  CHECK(sent(folder, resume).empty());
  int pieces = 0;
  CHECK(kitty_picture(folder, sent(folder, resume + "--show"), pieces).rgb ==
        read_picture(folder / "out.png").rgb);
}

}  // namespace vggstyle::test
