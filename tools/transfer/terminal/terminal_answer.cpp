#include "tools/transfer/terminal/terminal_answer.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vggstyle {
namespace {

/// The terminal, opened for reading and writing, whose input comes at once and unseen until this is destroyed. Signals that would end
/// or stop the program before that wait.
class RawTerminal {
 public:
  RawTerminal() {
    const char* name = ::ttyname(STDERR_FILENO);
    if (name == nullptr) return;
    descriptor_ = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (descriptor_ < 0) return;
    // Of another session's terminal, or in the background, input belongs to somebody else.
    if (::tcgetpgrp(descriptor_) != ::getpgrp()) return;
    if (::tcgetattr(descriptor_, &before_) != 0) return;
    sigset_t waiting;
    ::sigemptyset(&waiting);
    for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP})
      ::sigaddset(&waiting, signal);
    masked_ = ::pthread_sigmask(SIG_BLOCK, &waiting, &signals_before_) == 0;
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    changed_ = ::tcsetattr(descriptor_, TCSANOW, &raw) == 0;
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  ~RawTerminal() {
    // What has not been read is not for whoever reads next: it may be a late answer.
    if (changed_) ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
    if (masked_) ::pthread_sigmask(SIG_SETMASK, &signals_before_, nullptr);
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool can_be_asked() const { return changed_; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
  termios before_{};
  sigset_t signals_before_{};
  bool masked_ = false, changed_ = false;
};

/// The attributes in a whole answer "\x1b[?62;4;22c" among what was received; whatever else was typed counts for nothing.
std::optional<std::string> attributes_in(const std::string& text) {
  for (std::size_t at = text.find("\x1b[?"); at != std::string::npos;
       at = text.find("\x1b[?", at + 1)) {
    const std::size_t end = text.find_first_not_of("0123456789;", at + 3);
    if (end != std::string::npos && text[end] == 'c') return text.substr(at + 3, end - at - 3);
  }
  return {};
}

/// What the terminal says that it is, within a second.
std::optional<std::string> answer(const RawTerminal& terminal, std::string_view question) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::seconds(1);
  std::string text;
  std::optional<std::string> attributes;
  if (::write(terminal.descriptor(), question.data(), question.size()) < 0) return attributes;
  while (!(attributes = attributes_in(text))) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd readable{terminal.descriptor(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) == 0) break;
    char letter = 0;
    if ((readable.revents & POLLIN) == 0) continue;  // a signal
    if (::read(terminal.descriptor(), &letter, 1) != 1) break;
    text += letter;
  }
  return attributes;
}

}  // namespace

bool terminal_draws_sixels() {
  const RawTerminal terminal;
  if (!terminal.can_be_asked()) return false;
  const std::optional<std::string> attributes = answer(terminal, "\x1b[c");
  return attributes && (";" + *attributes + ";").find(";4;") != std::string::npos;
}

}  // namespace vggstyle
