#pragma once

#include "tools/pictures/picture.h"

namespace vggstyle {

/// How a terminal is sent a picture: by kitty's graphics protocol, as an inline image of iTerm2's, or as sixels.
enum class TerminalProtocol { kKitty, kIterm, kSixel };

/// That of the terminal at standard error. The environment names kitty, Ghostty and Konsole, and iTerm2, WezTerm and mintty, but
/// not within tmux and screen, which keep both protocols from the terminal; any other terminal is asked for sixels. SettingError
/// for --show, in one sentence, if standard error is no terminal, or none that shows pictures.
TerminalProtocol find_terminal_protocol();

/// Shows a picture there, on a line of its own, with `alpha` (null: opaque), at most 400 pixels on a side. Sixels have 256
/// colours, and black where the picture is transparent.
void show_in_terminal(TerminalProtocol protocol, const Picture& picture, const Picture* alpha);

}  // namespace vggstyle
