#include "optim/line_search/dcstep.h"

#include <algorithm>
#include <cmath>

namespace vggstyle {
namespace {

constexpr double kShrink = 0.66;

/// The cubic through the values and slopes of two points, in the paper's terms.
struct Cubic {
  double theta;
  double root;  // |gamma|
};

Cubic cubic_through(const LinePoint& a, const LinePoint& b) {
  const double theta = 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope;
  // Scaled against overflow.
  const double scale = std::max({std::fabs(theta), std::fabs(a.slope), std::fabs(b.slope)});
  const double discriminant =
      (theta / scale) * (theta / scale) - (a.slope / scale) * (b.slope / scale);
  return {theta, scale * std::sqrt(std::max(0.0, discriminant))};
}

/// Where the secant through the slopes of `best` and `trial` is zero.
double secant_step(const LinePoint& best, const LinePoint& trial) {
  return trial.step + (trial.slope / (trial.slope - best.slope)) * (best.step - trial.step);
}

/// Case 1, a higher value: a minimum lies between.
double between_higher(const LinePoint& best, const LinePoint& trial) {
  const Cubic c = cubic_through(best, trial);
  const double span = trial.step - best.step;
  const double gamma = trial.step < best.step ? -c.root : c.root;
  const double r =
      ((gamma - best.slope) + c.theta) / (((gamma - best.slope) + gamma) + trial.slope);
  const double cubic = best.step + r * span;
  const double quadratic =
      best.step + ((best.slope / ((best.value - trial.value) / span + best.slope)) / 2) * span;
  return std::fabs(cubic - best.step) < std::fabs(quadratic - best.step)
             ? cubic
             : cubic + (quadratic - cubic) / 2;
}

/// Case 2, a lower value, and the slope changed its sign: between as well.
double between_slopes(const LinePoint& best, const LinePoint& trial) {
  const Cubic c = cubic_through(best, trial);
  const double gamma = trial.step > best.step ? -c.root : c.root;
  const double r =
      ((gamma - trial.slope) + c.theta) / (((gamma - trial.slope) + gamma) + best.slope);
  const double cubic = trial.step + r * (best.step - trial.step);
  const double secant = secant_step(best, trial);
  return std::fabs(cubic - trial.step) > std::fabs(secant - trial.step) ? cubic : secant;
}

/// Case 3, a lower value, the same sign, a flatter slope: the cubic may have its minimum beyond, or
/// none.
double beyond_flatter(const LinePoint& best, const LinePoint& other, const LinePoint& trial,
                      bool bracketed, double least, double most) {
  const Cubic c = cubic_through(best, trial);
  const double gamma = trial.step > best.step ? -c.root : c.root;
  const double r =
      ((gamma - trial.slope) + c.theta) / ((gamma + (best.slope - trial.slope)) + gamma);
  const double cubic = r < 0 && gamma != 0 ? trial.step + r * (best.step - trial.step)
                                           : (trial.step > best.step ? most : least);
  const double secant = secant_step(best, trial);
  const bool cubic_nearer = std::fabs(cubic - trial.step) < std::fabs(secant - trial.step);
  if (!bracketed) return std::clamp(cubic_nearer ? secant : cubic, least, most);
  const double next = cubic_nearer ? cubic : secant;
  const double limit = trial.step + kShrink * (other.step - trial.step);
  return trial.step > best.step ? std::min(limit, next) : std::max(limit, next);
}

/// Case 4, a lower value, the same sign, a steeper slope: on towards the other end.
double towards_other(const LinePoint& other, const LinePoint& trial) {
  const Cubic c = cubic_through(other, trial);
  const double gamma = trial.step > other.step ? -c.root : c.root;
  const double r =
      ((gamma - trial.slope) + c.theta) / (((gamma - trial.slope) + gamma) + other.slope);
  return trial.step + r * (other.step - trial.step);
}

}  // namespace

double dcstep(LinePoint& best, LinePoint& other, const LinePoint& trial, bool& bracketed,
              double least, double most) {
  const bool higher = trial.value > best.value;
  const bool sign_changed = trial.slope * (best.slope / std::fabs(best.slope)) < 0;
  double next;
  if (higher) {
    next = between_higher(best, trial);
    bracketed = true;
  } else if (sign_changed) {
    next = between_slopes(best, trial);
    bracketed = true;
  } else if (std::fabs(trial.slope) < std::fabs(best.slope)) {
    next = beyond_flatter(best, other, trial, bracketed, least, most);
  } else if (bracketed) {
    next = towards_other(other, trial);
  } else {
    next = trial.step > best.step ? most : least;
  }

  if (higher) {
    other = trial;
  } else {
    if (sign_changed) other = best;
    best = trial;
  }
  return next;
}

}  // namespace vggstyle
