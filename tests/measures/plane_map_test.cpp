// Maps of distances: points that a plane can hold come back.

#include <doctest/doctest.h>

#include <cmath>

#include "runtime/error.h"
#include "tools/measures/style_distance.h"

namespace vggstyle::test {
namespace {

struct Point {
  double x, y, z = 0;
};

std::vector<double> distances(const std::vector<Point>& points) {
  std::vector<double> all;
  for (const Point& a : points) {
    for (const Point& b : points) all.push_back(std::hypot(a.x - b.x, a.y - b.y, a.z - b.z));
  }
  return all;
}

std::vector<double> distances(const PlaneMap& map) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < map.x.size(); ++i) points.push_back({map.x[i], map.y[i]});
  return distances(points);
}

void check_equal(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-7).scale(1));
  }
}

TEST_CASE("points of a plane come back with their distances, around 0, the long axis x") {
  const std::vector<double> expected =
      distances({{0, 0}, {1, 8}, {2, -3}, {-1, 5}, {0.5, 20}, {3, 1}, {-2, -2}});
  const PlaneMap map = plane_map(expected, 7);
  check_equal(distances(map), expected);
  CHECK(map.share == doctest::Approx(1));
  double sum_x = 0, sum_y = 0, long_axis = 0, short_axis = 0;
  for (std::size_t i = 0; i < 7; ++i) {
    sum_x += map.x[i];
    sum_y += map.y[i];
    long_axis += map.x[i] * map.x[i];
    short_axis += map.y[i] * map.y[i];
  }
  CHECK(sum_x == doctest::Approx(0).scale(1));
  CHECK(sum_y == doctest::Approx(0).scale(1));
  CHECK(long_axis > short_axis);
}

TEST_CASE("each axis points to where its largest entry is positive") {
  // A cross, its centre of mass at 0: the map is the cross, both axes turned over.
  const std::vector<Point> cross = {{-6, 0}, {3, 0}, {3, 0}, {0, -4}, {0, 2}, {0, 2}};
  const PlaneMap map = plane_map(distances(cross), 6);
  CHECK(map.x[0] == doctest::Approx(6));
  CHECK(map.x[1] == doctest::Approx(-3));
  CHECK(map.y[3] == doctest::Approx(4));
  CHECK(map.y[4] == doctest::Approx(-2));
}

TEST_CASE("one point lies at 0, two on a line") {
  const PlaneMap one = plane_map({0}, 1);
  CHECK(one.x == std::vector<double>{0});
  CHECK(one.y == std::vector<double>{0});
  CHECK(one.share == 1);
  const PlaneMap two = plane_map({0, 3, 3, 0}, 2);
  CHECK(two.x[0] == doctest::Approx(1.5));
  CHECK(two.x[1] == doctest::Approx(-1.5));
  CHECK(two.y[0] == doctest::Approx(0));
  CHECK(two.share == doctest::Approx(1));
}

TEST_CASE("points that are one stay one") {
  const PlaneMap map = plane_map(std::vector<double>(9, 0.0), 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(map.x[i] == 0);
    CHECK(map.y[i] == 0);
  }
  CHECK(map.share == 1);
}

TEST_CASE("the share is what the plane holds of space") {
  // Along each axis two points, whose squares add up to 2 r^2.
  const PlaneMap map = plane_map(
      distances({{3, 0, 0}, {-3, 0, 0}, {0, 2, 0}, {0, -2, 0}, {0, 0, 1}, {0, 0, -1}}), 6);
  CHECK(map.share == doctest::Approx(13.0 / 14));
  const PlaneMap tetrahedron = plane_map({0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0}, 4);
  CHECK(tetrahedron.share == doctest::Approx(2.0 / 3));
}

TEST_CASE("distances that no space has leave a map") {
  // The direct way is longer than the detour.
  const PlaneMap map = plane_map({0, 1, 5, 1, 0, 1, 5, 1, 0}, 3);
  CHECK(std::abs(map.x[0] - map.x[2]) > 1);
  CHECK(map.y[0] == doctest::Approx(0));
  CHECK(map.share == 1);
}

TEST_CASE("a matrix of another size is refused") {
  CHECK_THROWS_AS(plane_map({0, 1, 1}, 2), InternalError);
  CHECK_THROWS_AS(plane_map({}, 0), InternalError);
}

}  // namespace
}  // namespace vggstyle::test
