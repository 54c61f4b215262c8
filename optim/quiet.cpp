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

void QuietWatch::archive(StateArchive& state) {
  std::vector<double> evaluations, values;
  for (const Low& low : lows_) {
    evaluations.push_back(low.evaluations);
    values.push_back(low.value);
  }
  state.numbers("quiet_evaluations", evaluations);
  state.numbers("quiet_values", values);
  lows_.clear();
  for (std::size_t i = 0; i < values.size(); ++i) {
    lows_.push_back({static_cast<int>(evaluations.at(i)), values[i]});
  }
}

}  // namespace vggstyle
