#include "tools/transfer/progress.h"
#include "runtime/standard_streams.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace vggstyle {
namespace {

std::size_t terminal_width() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = std::lround(seconds);
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  return fmt::format("{}:{:02} min", whole / 60, whole % 60);
}

ProgressDisplay::ProgressDisplay(bool quiet, int evaluations, double seconds_before)
    : quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) == 1),
      evaluations_(evaluations),
      seconds_before_(seconds_before) {}

double ProgressDisplay::seconds() const {
  const std::chrono::duration<double> now = std::chrono::steady_clock::now() - start_;
  return seconds_before_ + now.count();
}

void ProgressDisplay::leave_out(double seconds) {
  start_ += std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(seconds));
}

void ProgressDisplay::say(const std::string& line) {
  if (quiet_) return;
  finish();
  tell(line);
}

void ProgressDisplay::finish() {
  if (line_open_) std::fputc('\n', stderr);
  line_open_ = false;
}

std::string ProgressDisplay::text(int evaluation, double done, const LossValues& values) const {
  const double rate = evaluation / std::max(seconds(), 1e-9);
  std::string parts;
  const auto add = [&](std::string_view name, double value) {
    if (value != 0) parts += fmt::format("{}{} {:.4g}", parts.empty() ? "" : ", ", name, value);
  };
  for (const LossKind kind : kLossKinds) add(name_of(kind), values.sum(kind));
  return fmt::format("{:>{}}/{}  loss {:.5g} ({})  {:.2f} it/s  {} left", evaluation,
                     std::to_string(evaluations_).size(), evaluations_, values.total, parts, rate,
                     duration_text(seconds() * (1 - done) / std::max(done, 1e-9)));
}

void ProgressDisplay::update(int evaluation, double done, const LossValues& values) {
  if (quiet_) return;
  if (terminal_) {
    const std::string line = text(evaluation, done, values).substr(0, terminal_width() - 1);
    // Erase to the end of the line: the one before may have been longer.
    tell_raw(fmt::format("\r{}\x1b[K", line));
    std::fflush(stderr);
    line_open_ = true;
    return;
  }
  const bool far = evaluation - printed_evaluation_ >= std::max(1, evaluations_ / 10);
  const bool long_ago = seconds() - printed_at_ > 10;
  if (printed_evaluation_ >= 0 && !far && !long_ago && evaluation != evaluations_) return;
  tell(text(evaluation, done, values));
  printed_evaluation_ = evaluation;
  printed_at_ = seconds();
}

}  // namespace vggstyle
