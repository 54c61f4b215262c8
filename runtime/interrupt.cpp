#include "runtime/interrupt.h"

#include <csignal>

namespace vggstyle {
namespace {

volatile std::sig_atomic_t interrupted_flag = 0;

void on_signal(int) {
  interrupted_flag = 1;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  interrupted_flag = 0;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool InterruptGuard::interrupted() const {
  return interrupted_flag != 0;
}

}  // namespace vggstyle
