#pragma once

namespace vggstyle {

/// A point of a line search: a step, and the function's value and slope there.
struct LinePoint {
  double step, value, slope;
};

/// Procedure dcstep of Moré and Thuente 1994, section 4: the next step to try, from the cubics and secants
/// through what is known, and the interval that it leaves. `best` is the end of the interval with
/// the lower value, `other` the other end; `trial` lies between them once `bracketed` (a minimum is
/// known to lie in the interval), and within `least` to `most`, which bound the step, before.
double dcstep(LinePoint& best, LinePoint& other, const LinePoint& trial, bool& bracketed,
              double least, double most);

}  // namespace vggstyle
