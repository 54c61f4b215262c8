#pragma once

namespace vggstyle {

/// Whether the terminal at standard error says that it draws sixels: asked what it is (DA1, https://vt100.net/docs/vt510-rm/DA1.html), it has a
/// second to answer with a 4 among its attributes. False without asking for a process in the background, which
/// may not, and where there is no terminal.
bool terminal_draws_sixels();

}  // namespace vggstyle
