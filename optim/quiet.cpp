#include "optim/quiet.h"

#include <cmath>

namespace vggstyle {

bool QuietWatch::is_quiet(int evaluations, double value) {
  const double low = lows_.empty() ? value : std::fmin(value, lows_.back().value);
  lows_.push_back({evaluations, low});
  while (lows_.size() > 1 && lows_[1].evaluations <= evaluations - kWindow) lows_.pop_front();
  const Low& then = lows_.front();
  return then.evaluations <= evaluations - kWindow &&
         then.value - low < kShare * std::fabs(then.value);
}

}  // namespace vggstyle
