#include "tools/transfer/terminal/terminal_answer.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>

namespace vggstyle {
namespace {

/// The terminal, opened for reading and writing, whose input comes at once and unseen until this is destroyed.
class RawTerminal {
 public:
  RawTerminal() {
    const char* name = ::ttyname(STDERR_FILENO);
    if (name == nullptr) return;
    descriptor_ = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (descriptor_ < 0) return;
    // -1: it is nobody's terminal, and so nobody's background.
    const pid_t foreground = ::tcgetpgrp(descriptor_);
    if (foreground != -1 && foreground != ::getpgrp()) return;
    if (::tcgetattr(descriptor_, &before_) != 0) return;
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    changed_ = ::tcsetattr(descriptor_, TCSANOW, &raw) == 0;
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  ~RawTerminal() {
    if (changed_) ::tcsetattr(descriptor_, TCSANOW, &before_);
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool can_be_asked() const { return changed_; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
  termios before_{};
  bool changed_ = false;
};

/// What the terminal says within a second, up to the end of its answer.
std::string answer(const RawTerminal& terminal, std::string_view question) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::seconds(1);
  std::string text;
  if (::write(terminal.descriptor(), question.data(), question.size()) < 0) return text;
  while (text.find('c') == std::string::npos) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd readable{terminal.descriptor(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) == 0) break;
    char letter = 0;
    if ((readable.revents & POLLIN) == 0) continue;  // a signal
    if (::read(terminal.descriptor(), &letter, 1) != 1) break;
    text += letter;
  }
  return text;
}

}  // namespace

bool terminal_draws_sixels() {
  const RawTerminal terminal;
  if (!terminal.can_be_asked()) return false;
  const std::string said = answer(terminal, "\x1b[c");
  // "\x1b[?62;4;22c"
  const std::size_t start = said.find("\x1b[?"), end = said.find('c');
  if (start == std::string::npos || end == std::string::npos) return false;
  const std::string attributes = ";" + said.substr(start + 3, end - start - 3) + ";";
  return attributes.find(";4;") != std::string::npos;
}

}  // namespace vggstyle
