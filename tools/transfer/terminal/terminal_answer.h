#pragma once

namespace vggstyle {

/// Whether the terminal at standard error says that it draws sixels: asked what it is (DA1, https://vt100.net/docs/vt510-rm/DA1.html), it has a
/// second to answer with a 4 among its attributes. What was typed until then is lost, and signals from the keyboard
/// wait. Nobody is asked, and the answer is no, unless this process is in the foreground of that terminal.
bool terminal_draws_sixels();

}  // namespace vggstyle
