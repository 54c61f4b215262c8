#pragma once

#include <utility>
#include <vector>

namespace vggstyle {

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;

  /// The point of the box that is nearest to (x, y).
  std::pair<double, double> nearest(double x, double y) const;
};

/// A point of a drawing, as large as `radius`, and how wide the name is that is to stand by it.
struct Labelled {
  double x = 0, y = 0, radius = 0;
  double label_width = 0;
};

/// Where the labels of `points` stand: inside `frame` and over neither points nor each other where
/// there is room nearby, else where they cover least. One after another, in the order of the
/// points, near places first.
std::vector<Box> place_labels(const std::vector<Labelled>& points, double label_height,
                              const Box& frame);

}  // namespace vggstyle
