#pragma once

#include "optim/line_search/dcstep.h"

namespace vggstyle {

/// A line search for the strong Wolfe conditions
///     f(a) <= f(0) + c1 a f'(0)   and   |f'(a)| <= c2 |f'(0)|,
/// after Moré and Thuente 1994 ("Line search algorithms with guaranteed sufficient decrease", ACM
/// TOMS 20), with the approximate Wolfe conditions of Hager and Zhang 2005 where the value moves by
/// less than its noise, and a retreat where it is not finite. Host arithmetic in float64 only: the
/// caller evaluates at step() and feeds the result until done().
class StrongWolfe {
 public:
  struct Options {
    double c1 = 1e-4;
    double c2 = 0.9;
    double width =
        0.1;  ///< give up below this relative width of a bracket that holds a lower value
    int max_trials = 20;  ///< at least 1
    double max_step = 1e20;
    double noise_ceiling;  ///< approximate Wolfe: values up to this one pass for no rise
  };

  /// `slope` is f'(0) < 0, `first` > 0 the first step to try.
  StrongWolfe(double value, double slope, double first, const Options& options);

  /// The step to evaluate next.
  double step() const { return step_; }
  /// The value and slope at step(), NaN and infinities welcome. True if this trial is the one to
  /// keep so far: the caller then keeps its gradient.
  bool feed(double value, double slope);
  bool done() const { return done_; }

  /// A trial worth keeping was found: lower than f(0), or passing the approximate conditions.
  bool found() const { return kept_step_ > 0; }
  double kept_step() const { return kept_step_; }
  double kept_value() const { return kept_value_; }
  /// Trials whose value or slope was not finite.
  int not_finite() const { return not_finite_; }

 private:
  bool keep(const LinePoint& trial);
  void retreat();

  Options options_;
  double value0_, slope0_;
  double step_;
  LinePoint best_, other_;  // the ends of the interval; best_ has the lower value
  double least_, most_;
  double width_, width_before_;
  bool bracketed_ = false;
  bool first_stage_ = true;
  bool done_ = false;
  int trials_ = 0;
  int not_finite_ = 0;
  double kept_step_ = 0, kept_value_ = 0;
};

}  // namespace vggstyle
