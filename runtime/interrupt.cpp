#include "runtime/interrupt.h"

#include <csignal>

#include "runtime/files/temporary_files.h"

namespace vggstyle {
namespace {

volatile std::sig_atomic_t guarded = 0;
volatile std::sig_atomic_t interrupted_flag = 0;

/// Calls nothing but what a handler may call (POSIX: async-signal-safe).
void on_signal(int signal) {
  if (guarded != 0 && interrupted_flag == 0) {
    interrupted_flag = 1;
    return;
  }
  remove_temporary_files();
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  ::sigaction(signal, &usual, nullptr);
  ::raise(signal);  // delivered when this handler returns
}

}  // namespace

void handle_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) continue;
    struct sigaction ours {};
    ours.sa_handler = on_signal;
    ours.sa_flags = SA_RESTART;
    ::sigaction(signal, &ours, nullptr);
  }
}

InterruptGuard::InterruptGuard() {
  interrupted_flag = 0;
  guarded = 1;
  handle_signals();
}

InterruptGuard::~InterruptGuard() {
  guarded = 0;
}

bool InterruptGuard::interrupted() const {
  return interrupted_flag != 0;
}

}  // namespace vggstyle
