#include "tools/report/charts/label_placement.h"

#include <algorithm>

#include "tests/report/support.h"

using namespace vggstyle;

namespace {

constexpr double kHeight = 15, kRadius = 4;

bool overlap(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

void check_clear(const std::vector<Labelled>& points, const Box& frame) {
  const std::vector<Box> boxes = place_labels(points, kHeight, frame);
  REQUIRE(boxes.size() == points.size());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    CHECK(boxes[i].right - boxes[i].left == doctest::Approx(points[i].label_width));
    CHECK(boxes[i].bottom - boxes[i].top == doctest::Approx(kHeight));
    CHECK(boxes[i].left >= frame.left);
    CHECK(boxes[i].right <= frame.right);
    CHECK(boxes[i].top >= frame.top);
    CHECK(boxes[i].bottom <= frame.bottom);
    for (std::size_t j = 0; j < i; ++j) CHECK(!overlap(boxes[i], boxes[j]));
    for (const Labelled& point : points) {
      CHECK(!overlap(boxes[i],
                     {point.x - kRadius, point.y - kRadius, point.x + kRadius, point.y + kRadius}));
    }
  }
}

}  // namespace

TEST_CASE("The label of a lone point stands to its right, at its height") {
  const std::vector<Box> boxes = place_labels({{100, 100, kRadius, 50}}, kHeight, {0, 0, 300, 200});
  REQUIRE(boxes.size() == 1);
  CHECK(boxes[0].left > 104);
  CHECK(boxes[0].left < 112);
  CHECK((boxes[0].top + boxes[0].bottom) / 2 == doctest::Approx(100));
}

TEST_CASE("Labels stay inside of the frame, at its edges too") {
  for (const double x : {5.0, 150.0, 295.0}) {
    for (const double y : {5.0, 100.0, 195.0}) check_clear({{x, y, kRadius, 80}}, {0, 0, 300, 200});
  }
}

TEST_CASE("Labels of points that lie close together cover nothing") {
  std::vector<Labelled> points;
  for (int i = 0; i < 6; ++i) points.push_back({200.0 + 3 * i, 100.0 + 2 * i, kRadius, 70});
  check_clear(points, {0, 0, 400, 200});
  check_clear(std::vector<Labelled>(5, {200, 100, kRadius, 60}), {0, 0, 400, 200});
}

TEST_CASE("Where there is no room, every label still has a place") {
  const std::vector<Labelled> points(60, {50, 50, kRadius, 90});
  CHECK(place_labels(points, kHeight, {0, 0, 100, 100}).size() == points.size());
  CHECK(place_labels({}, kHeight, {0, 0, 100, 100}).empty());
}
