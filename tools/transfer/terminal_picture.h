#pragma once

#include "tools/pictures/picture.h"

namespace vggstyle {

/// SettingError for --show, in one sentence, if standard error is not a terminal, or its environment does not name one
/// that is known to show pictures: kitty, Ghostty and Konsole by kitty's graphics protocol, iTerm2, WezTerm and mintty
/// by iTerm2's inline images. Not so within tmux or screen, which keep both from the terminal.
void check_terminal_shows();

/// Shows a picture there, on a line of its own, with `alpha` (null: opaque), at most 400 pixels on a side.
void show_in_terminal(const Picture& picture, const Picture* alpha);

}  // namespace vggstyle
