#include "optim/line_search/strong_wolfe.h"

#include <algorithm>
#include <cmath>

namespace vggstyle {
namespace {

constexpr double kLeastExtrapolation = 1.1;
constexpr double kMostExtrapolation = 4.0;
constexpr double kShrink = 0.66;

}  // namespace

StrongWolfe::StrongWolfe(double value, double slope, double first, const Options& options)
    : options_(options),
      value0_(value),
      slope0_(slope),
      step_(std::min(first, options.max_step)),
      best_{0, value, slope},
      other_{0, value, slope},
      least_(0),
      most_(step_ + kMostExtrapolation * step_),
      width_(options.max_step),
      width_before_(2 * options.max_step),
      kept_value_(value) {}

bool StrongWolfe::keep(const LinePoint& trial) {
  kept_step_ = trial.step;
  kept_value_ = trial.value;
  return true;
}

void StrongWolfe::retreat() {
  ++not_finite_;
  // Inside a bracket both ends are finite and the function is not what it seemed: enough of it.
  if (bracketed_ || trials_ >= options_.max_trials) {
    done_ = true;
    return;
  }
  const double beyond = step_ - best_.step;
  options_.max_step = best_.step + 0.5 * beyond;
  width_ = options_.max_step;
  width_before_ = 2 * width_;
  step_ = best_.step + 0.1 * beyond;
  most_ = step_ + kMostExtrapolation * (step_ - best_.step);
}

bool StrongWolfe::feed(double value, double slope) {
  ++trials_;
  if (!std::isfinite(value) || !std::isfinite(slope)) {
    retreat();
    return false;
  }
  const LinePoint trial{step_, value, slope};
  const double slope_test = options_.c1 * slope0_;
  const double value_test = value0_ + step_ * slope_test;
  const bool decreases = value <= value_test;
  const bool flat = std::fabs(slope) <= options_.c2 * -slope0_;
  const bool approximate = value <= options_.noise_ceiling && slope >= options_.c2 * slope0_ &&
                           slope <= (2 * options_.c1 - 1) * slope0_;
  if ((decreases && flat) || approximate) {
    done_ = true;
    return keep(trial);
  }
  const bool kept = value < kept_value_ && keep(trial);

  const bool at_limit = step_ >= options_.max_step && decreases && slope <= slope_test;
  if (at_limit || trials_ >= options_.max_trials) {
    done_ = true;
    return kept;
  }

  if (first_stage_ && decreases && slope >= 0) first_stage_ = false;
  if (first_stage_ && value <= best_.value && !decreases) {
    // Their modified function f(a) - c1 a f'(0): a lower value that is not yet low enough.
    const auto lowered = [&](const LinePoint& p) {
      return LinePoint{p.step, p.value - p.step * slope_test, p.slope - slope_test};
    };
    const auto raised = [&](const LinePoint& p) {
      return LinePoint{p.step, p.value + p.step * slope_test, p.slope + slope_test};
    };
    LinePoint best = lowered(best_), other = lowered(other_);
    step_ = dcstep(best, other, lowered(trial), bracketed_, least_, most_);
    best_ = raised(best);
    other_ = raised(other);
  } else {
    step_ = dcstep(best_, other_, trial, bracketed_, least_, most_);
  }

  if (bracketed_) {
    const double width = std::fabs(other_.step - best_.step);
    if (width >= kShrink * width_before_) step_ = best_.step + 0.5 * (other_.step - best_.step);
    width_before_ = width_;
    width_ = width;
    least_ = std::min(best_.step, other_.step);
    most_ = std::max(best_.step, other_.step);
  } else {
    least_ = step_ + kLeastExtrapolation * (step_ - best_.step);
    most_ = step_ + kMostExtrapolation * (step_ - best_.step);
  }
  step_ = std::clamp(step_, 0.0, options_.max_step);
  // Only an interval that already holds a lower value may be called narrow enough.
  const bool narrow = most_ - least_ <= (found() ? options_.width : 1e-10) * most_;
  if (bracketed_ && (step_ <= least_ || step_ >= most_ || narrow)) done_ = true;
  return kept;
}

}  // namespace vggstyle
