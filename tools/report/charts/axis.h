#pragma once

#include <string>
#include <vector>

namespace vggstyle {

/// The scale of a chart: from where to where it goes, and where it has its marks.
struct Axis {
  double low = 0, high = 1;
  bool logarithmic = false;
  std::vector<double> ticks = {};  ///< rising, from low to high

  int digits = 6;  ///< of the marks' labels

  /// A mark's number, as short as it can be written: 0.5, 200, 1e-5.
  std::string label(double tick) const;
  /// 0 at `low`, 1 at `high`.
  double position(double value) const;
};

/// Whether an axis can show the value at all: it is finite, not astronomical, and above 0 where
/// the axis is logarithmic.
bool can_show(double value, bool logarithmic);

/// An axis that begins and ends with a mark and holds all `values` that it can show: marks stand 1,
/// 2 or 5 times a power of ten apart, about `most` of them. 0 to 1 where there are no values, or 1
/// to 10.
Axis linear_axis(const std::vector<double>& values, int most);
/// Likewise; marks at powers of ten, and at 2 and 5 times those where it spans few.
Axis logarithmic_axis(const std::vector<double>& values);

/// 1, 2 or 5 times a power of ten, at least `least`, which is above 0.
double round_step(double least);

}  // namespace vggstyle
