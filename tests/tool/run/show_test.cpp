// --show: what a terminal that can show pictures is sent.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sixel.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "tests/reliability/shell.h"
#include "tests/support/pictures.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

const std::string kRun =
    "\"$vggstyle\" transfer content.png style.png --weights synthetic --style-layers conv1_1 "
    "--content-layers conv1_1 --optimizer adam --iterations 2 --show ";
/// None of this of the terminal that the tests run in.
const std::string kPlain =
    "unset TMUX TERM_PROGRAM LC_TERMINAL KITTY_WINDOW_ID KONSOLE_VERSION; export TERM=xterm\n";

const std::string kQuestion = "\x1b[c";  // what are you?
/// What a terminal answers that draws sixels, and one that does not.
const std::string kSixels = "\x1b[?62;4;22c", kNoSixels = "\x1b[?64;1;2;14;40c";

/// What a terminal is sent on standard error by a script that succeeds, which has it to itself; where it is asked what it is, which it
/// answers, the question is "<asked>".
std::string sent(const TemporaryFolder& folder, const std::string& script,
                 const std::string& answer = kNoSixels, bool own = true) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(::grantpt(terminal) == 0);
  REQUIRE(::unlockpt(terminal) == 0);
  termios settings{};
  REQUIRE(::tcgetattr(terminal, &settings) == 0);
  ::cfmakeraw(&settings);
  settings.c_lflag |= static_cast<tcflag_t>(ICANON | ECHO);  // what is typed is seen, as usual
  REQUIRE(::tcsetattr(terminal, TCSANOW, &settings) == 0);
  const std::string name = ::ptsname(terminal);
  std::string text;
  std::thread reader([&] {
    char piece[4096];
    for (ssize_t count = 0; (count = ::read(terminal, piece, sizeof piece)) > 0;) {
      text.append(piece, static_cast<std::size_t>(count));
      if (!text.ends_with(kQuestion)) continue;
      text.replace(text.size() - kQuestion.size(), kQuestion.size(), "<asked>");
      const auto written = ::write(terminal, answer.data(), answer.size());
      CHECK(written == static_cast<ssize_t>(answer.size()));
    }
  });
  write_file(folder / "script", kPlain + script);
  const Outcome outcome =
      run_shell(folder, "export vggstyle; setsid --wait " + std::string(own ? "--ctty " : "") +
                            "sh script <" + name + " 2>" + name + "\n");
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

/// The picture of the sixels that `text` is, but for the end of the line.
Picture sixel_picture(std::string text) {
  REQUIRE(text.starts_with("<asked>\x1bP"));
  text.erase(0, text.find('\x1b'));
  REQUIRE(text.ends_with("\x1b\\\n"));
  std::string data = text.substr(0, text.size() - 1);
  unsigned char *indices = nullptr, *palette = nullptr;
  int width = 0, height = 0, colors = 0;
  sixel_allocator_t* allocator = nullptr;
  REQUIRE(!SIXEL_FAILED(sixel_allocator_new(&allocator, nullptr, nullptr, nullptr, nullptr)));
  REQUIRE(!SIXEL_FAILED(sixel_decode_raw(reinterpret_cast<unsigned char*>(data.data()),
                                         static_cast<int>(data.size()), &indices, &width, &height,
                                         &palette, &colors, allocator)));
  Picture picture = Picture::black(width, height);
  for (std::size_t i = 0; i < picture.pixels(); ++i) {
    for (int c = 0; c < 3; ++c) picture.plane(c)[i] = palette[indices[i] * 3 + c];
  }
  sixel_allocator_free(allocator, indices);
  sixel_allocator_free(allocator, palette);
  sixel_allocator_unref(allocator);
  return picture;
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

TEST_CASE("--show sends sixels to a terminal that says it draws them, tmux among them") {
  const TemporaryFolder folder;
  write_pictures(folder);
  for (const char* kind : {"TERM=xterm-256color", "TERM=tmux-256color TMUX=1"}) {
    const Picture shown =
        sixel_picture(sent(folder, std::string(kind) + " " + kRun + "--quiet -o out.png", kSixels));
    const Picture written = read_picture(folder / "out.png");
    REQUIRE(shown.width == written.width);
    CHECK(mean_difference(shown, written) < 5);  // of 256 colours
  }
  // Black where it is transparent: on the left.
  Picture alpha = Picture::black(40, 30);
  for (std::size_t i = 0; i < alpha.rgb.size(); ++i) alpha.rgb[i] = i % 40 < 20 ? 0.0F : 255.0F;
  write_picture(folder / "content.png", read_picture(folder / "content.png"), 8, {}, &alpha);
  const Picture cut = sixel_picture(sent(folder, kRun + "--quiet -o out.png", kSixels));
  for (std::size_t i = 0; i < cut.pixels(); ++i) {
    if (i % 40 < 20) CHECK(cut.plane(0)[i] + cut.plane(1)[i] + cut.plane(2)[i] < 16);
  }
  CHECK(*std::ranges::max_element(cut.rgb) > 100);
  // What names itself is not asked.
  CHECK(sent(folder, "TERM=xterm-kitty " + kRun + "--quiet -o out.png", "?").starts_with("\x1b_G"));
}

TEST_CASE("--show takes the answer out of whatever else is typed") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::string run = kRun + "--quiet -o out.png";
  CHECK(sent(folder, run, "cat\r\x1b[A" + kSixels).starts_with("<asked>\x1bP"));
  CHECK(sent(folder, run + " || echo refused >&2", "4;c\x1b[?4;5R" + kNoSixels)
            .ends_with("refused\n"));
}

TEST_CASE("--show leaves a terminal that does not answer as it was, even if it is interrupted") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::string settings = "stty -a <&2 >&2\n";
  for (const std::string& run : {kRun, "timeout --foreground -s INT 0.3 " + kRun}) {
    const std::string text =
        sent(folder, settings + run + "|| echo \"exit $?\" >&2\n" + settings, "");
    const std::size_t asked = text.find("<asked>"), exit = text.find("exit "),
                      end = text.find('\n', exit);
    REQUIRE(asked != std::string::npos);
    REQUIRE(end != std::string::npos);
    CHECK(text.substr(exit, end - exit) == (run == kRun ? "exit 2" : "exit 124"));
    CHECK(text.substr(0, asked) == text.substr(end + 1));
  }
}

TEST_CASE("--show does not ask a terminal that belongs to another session") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::string text = sent(folder, kRun + "|| echo \"exit $?\" >&2", kSixels, false);
  CHECK(text.starts_with("vggstyle: error: --show: this terminal is not known"));
  CHECK(text.ends_with("exit 2\n"));
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
