#include "tools/transfer/terminal/terminal_picture.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/standard_streams.h"
#include "tools/pictures/resize.h"
#include "tools/pictures/write.h"
#include "tools/report/base64.h"
#include "tools/session/settings/check.h"
#include "tools/transfer/terminal/sixel.h"
#include "tools/transfer/terminal/terminal_answer.h"

namespace vggstyle {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// What the environment says.
std::optional<TerminalProtocol> named_protocol() {
  const std::string_view term = environment("TERM"), program = environment("TERM_PROGRAM");
  if (!environment("TMUX").empty() || term.starts_with("screen") || term.starts_with("tmux")) {
    return {};
  }
  if (program == "iTerm.app" || program == "WezTerm" || program == "mintty" ||
      environment("LC_TERMINAL") == "iTerm2") {
    return TerminalProtocol::kIterm;
  }
  if (term == "xterm-kitty" || term == "xterm-ghostty" || program == "ghostty" ||
      !environment("KITTY_WINDOW_ID").empty() || !environment("KONSOLE_VERSION").empty()) {
    return TerminalProtocol::kKitty;
  }
  return {};
}

/// https://sw.kovidgoyal.net/kitty/graphics-protocol/: a PNG file (f=100) to transmit and show (a=T), in pieces, with no
/// answer (q=2), which nobody would read.
std::string kitty_text(std::string_view data) {
  constexpr std::size_t kPiece = 4096;
  std::string text;
  std::string_view keys = "a=T,f=100,q=2,";
  for (std::size_t at = 0; at < data.size(); at += kPiece) {
    const bool more = at + kPiece < data.size();
    text += fmt::format("\x1b_G{}m={};{}\x1b\\", keys, more ? 1 : 0, data.substr(at, kPiece));
    keys = "";
  }
  return text;
}

/// https://iterm2.com/documentation-images.html
std::string iterm_text(std::string_view data, std::size_t bytes) {
  return fmt::format("\x1b]1337;File=inline=1;size={}:{}\a", bytes, data);
}

}  // namespace

TerminalProtocol find_terminal_protocol() {
  if (::isatty(STDERR_FILENO) == 0) {
    throw SettingError(
        "show", ": standard error is not a terminal; leave this option out, or open the file");
  }
  if (const std::optional<TerminalProtocol> named = named_protocol()) return *named;
  if (terminal_draws_sixels()) return TerminalProtocol::kSixel;
  throw SettingError("show",
                     ": this terminal is not known to show pictures, as kitty, Ghostty, Konsole, "
                     "iTerm2, WezTerm and mintty do outside of tmux and screen, and does not say "
                     "that it draws sixels; leave this option out, or open the file");
}

void show_in_terminal(TerminalProtocol protocol, const Picture& picture, const Picture* alpha) {
  constexpr int kMostSide = 400;
  const int longest = std::min(kMostSide, std::max(picture.width, picture.height));
  const auto [width, height] = fit_longest_side(picture.width, picture.height, longest);
  Picture small = resize(picture, width, height);
  std::optional<Picture> small_alpha;
  if (alpha != nullptr) small_alpha = resize(*alpha, width, height);
  if (protocol == TerminalProtocol::kSixel) {
    for (std::size_t i = 0; small_alpha && i < small.rgb.size(); ++i) {
      small.rgb[i] *= small_alpha->rgb[i] / 255;
    }
    tell_raw(sixel_text(small) + "\n");
    return;
  }
  const std::vector<std::uint8_t> png =
      encode_png(small, 8, {}, small_alpha ? &*small_alpha : nullptr);
  const std::string data = base64(png);
  tell_raw(
      (protocol == TerminalProtocol::kIterm ? iterm_text(data, png.size()) : kitty_text(data)) +
      "\n");
}

}  // namespace vggstyle
