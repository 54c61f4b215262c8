#include "tools/report/charts/label_placement.h"

#include <algorithm>
#include <limits>

namespace vggstyle {
namespace {

double area(const Box& box) {
  return std::max(box.right - box.left, 0.0) * std::max(box.bottom - box.top, 0.0);
}

Box common(const Box& a, const Box& b) {
  return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
          std::min(a.bottom, b.bottom)};
}

bool holds(const Box& box, double x, double y) {
  return x > box.left && x < box.right && y > box.top && y < box.bottom;
}

/// To the right and left of the point, above and below it, near first, then farther away.
std::vector<Box> candidates(const Labelled& point, double height) {
  constexpr int kRings = 6;
  constexpr double kGap = 3, kRing = 12;
  const auto [x, y, radius, width] = point;
  std::vector<Box> boxes;
  for (int ring = 0; ring < kRings; ++ring) {
    const double away = radius + kGap + ring * kRing;
    const double above = y - away - height, below = y + away, level = y - height / 2;
    const double right = x + away, left = x - away - width, middle = x - width / 2;
    const double slightly_right = x + away / 2, slightly_left = x - away / 2 - width;
    for (const auto& [at_x, at_y] :
         {std::pair(right, level), std::pair(left, level), std::pair(middle, above),
          std::pair(middle, below), std::pair(slightly_right, above),
          std::pair(slightly_right, below), std::pair(slightly_left, above),
          std::pair(slightly_left, below)}) {
      boxes.push_back({at_x, at_y, at_x + width, at_y + height});
    }
  }
  return boxes;
}

/// What a line from the point to its label would cross, in units of area.
double crossed(const Labelled& point, const Box& label, const std::vector<Box>& labels) {
  constexpr int kSteps = 16;
  constexpr double kCost = 12;
  const auto [end_x, end_y] = label.nearest(point.x, point.y);
  double cost = 0;
  for (int step = 1; step < kSteps; ++step) {
    const double x = point.x + (end_x - point.x) * step / kSteps;
    const double y = point.y + (end_y - point.y) * step / kSteps;
    for (const Box& other : labels) {
      if (holds(other, x, y)) cost += kCost;
    }
  }
  return cost;
}

}  // namespace

std::pair<double, double> Box::nearest(double x, double y) const {
  return {std::clamp(x, left, right), std::clamp(y, top, bottom)};
}

std::vector<Box> place_labels(const std::vector<Labelled>& points, double label_height,
                              const Box& frame) {
  constexpr double kCutOff = 4;  // is worse than covered
  std::vector<Box> labels;
  for (const Labelled& point : points) {
    Box best;
    double least = std::numeric_limits<double>::infinity();
    for (const Box& box : candidates(point, label_height)) {
      double cost = kCutOff * (area(box) - area(common(box, frame)));
      for (const Labelled& other : points) {
        cost += area(common(box, {other.x - other.radius, other.y - other.radius,
                                  other.x + other.radius, other.y + other.radius}));
      }
      for (const Box& other : labels) cost += area(common(box, other));
      cost += crossed(point, box, labels);
      if (cost < least - 1e-9) {  // of equals, the nearest
        least = cost;
        best = box;
      }
    }
    labels.push_back(best);
  }
  return labels;
}

}  // namespace vggstyle
