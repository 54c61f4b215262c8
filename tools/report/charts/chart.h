#pragma once

#include <optional>
#include <string>
#include <vector>

namespace vggstyle {

/// Charts as SVG elements that stand inside a page (tools/report/document.h): no scripts, no
/// fonts of their own, colours that are told apart in print and by the colour-blind, also by the
/// form of their points. They scale with the width they are given.

/// One line of a chart: a value for each place on the x axis; NaN leaves a gap.
struct Series {
  std::string name;
  std::vector<double> values;
};

/// Lines over places in a row: layers, settings, evaluations.
struct LineChart {
  std::string title;
  std::string x_title, y_title;
  std::vector<std::string> places;  ///< labels of the x axis; thinned out where they do not fit
  std::vector<Series> series;       ///< each as long as `places`
  bool logarithmic = false;         ///< y; values at or below 0 are gaps
};

/// Points on a plane whose units mean the same in both directions, each with its name beside it.
struct PointMap {
  struct Point {
    std::string name;
    double x = 0, y = 0;
  };
  std::string title;
  std::vector<Point> points;
};

/// InternalError if a series has another length than `places`.
std::string svg(const LineChart& chart);
std::string svg(const PointMap& map);

}  // namespace vggstyle
