#include "tools/toy/solution_set.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <vector>

using namespace vggstyle;
using namespace vggstyle::toy;

namespace {

/// Images whose pixels are multiples of 1 / kSteps.
constexpr int kSteps = 12, kSide = kSteps + 1, kLattice = kSide * kSide * kSide * kSide;
using Point = std::array<int, 4>;

Point point(int code) {
  Point p{};
  for (int& x : p) {
    x = code % kSide;
    code /= kSide;
  }
  return p;
}

int code_of(const Point& p) {
  return p[0] + kSide * (p[1] + kSide * (p[2] + kSide * p[3]));
}

Image image_of(const Point& p) {
  Image image{};
  for (std::size_t i = 0; i < 4; ++i) image[i] = static_cast<double>(p[i]) / kSteps;
  return image;
}

/// Steps from a point to its neighbours: one pixel by a step, or two by opposite ones.
std::vector<Point> steps(bool of_one_sum) {
  std::vector<Point> all;
  for (std::size_t i = 0; i < 4; ++i) {
    for (const int sign : {1, -1}) {
      Point step{};
      step[i] = sign;
      if (!of_one_sum) all.push_back(step);
      for (std::size_t j = 0; j < 4 && of_one_sum; ++j) {
        Point swap = step;
        if (j == i) continue;
        swap[j] = -sign;
        all.push_back(swap);
      }
    }
  }
  return all;
}

/// Connected parts of the lattice points with `inside`, by flooding.
int count_pieces(bool of_one_sum, const std::function<bool(const Image&)>& inside) {
  std::vector<char> open(kLattice);
  for (int code = 0; code < kLattice; ++code) {
    open[static_cast<std::size_t>(code)] = inside(image_of(point(code)));
  }
  int pieces = 0;
  for (int first = 0; first < kLattice; ++first) {
    if (open[static_cast<std::size_t>(first)] == 0) continue;
    ++pieces;
    std::vector<int> waiting = {first};
    open[static_cast<std::size_t>(first)] = 0;
    while (!waiting.empty()) {
      const Point at = point(waiting.back());
      waiting.pop_back();
      for (const Point& step : steps(of_one_sum)) {
        Point next = at;
        bool in_cube = true;
        for (std::size_t i = 0; i < 4; ++i) {
          next[i] += step[i];
          in_cube = in_cube && next[i] >= 0 && next[i] <= kSteps;
        }
        if (!in_cube || open[static_cast<std::size_t>(code_of(next))] == 0) continue;
        open[static_cast<std::size_t>(code_of(next))] = 0;
        waiting.push_back(code_of(next));
      }
    }
  }
  return pieces;
}

}  // namespace

TEST_CASE("Statistics of 2x2 images") {
  const Statistics s = statistics_of({1, 0, 0, 0});
  CHECK(s.sum == 1);
  CHECK(s.gram == 1);
  CHECK(s.centered == 0.75);
  const Statistics t = statistics_of({0.2, 0.7, 0.4, 0.9});
  CHECK(t.centered == doctest::Approx(t.gram - t.sum * t.sum / 4));
}

TEST_CASE("[1,0,0,0]: both constraints leave exactly the four images of one white pixel") {
  const SolutionSet both = solution_set({1, 0, 0, 0}, GramMode::kBoth);
  CHECK(both.dimension == 0);
  CHECK(both.isolated ==
        std::vector<Image>{{0, 0, 0, 1}, {0, 0, 1, 0}, {0, 1, 0, 0}, {1, 0, 0, 0}});
  const SolutionSet raw = solution_set({1, 0, 0, 0}, GramMode::kRaw);
  CHECK(raw.dimension == 3);
  CHECK(raw.pieces == 1);
  const SolutionSet centered = solution_set({1, 0, 0, 0}, GramMode::kCentered);
  CHECK(centered.dimension == 3);
  CHECK(centered.pieces == 14);
  CHECK(centered.isolated.size() == 8);
}

TEST_CASE("Constant images: raw and both leave the image or a sphere, centred all greys") {
  for (const double grey : {0.0, 0.3, 1.0}) {
    const Image image = {grey, grey, grey, grey};
    CHECK(solution_set(image, GramMode::kBoth).isolated == std::vector<Image>{image});
    CHECK(solution_set(image, GramMode::kCentered).dimension == 1);
    CHECK(solution_set(image, GramMode::kRaw).dimension == (grey == 0.3 ? 3 : 0));
  }
}

TEST_CASE("Finite sets: binary images, and those of one pixel between") {
  const auto size = [](const Image& image, GramMode constraint) {
    const SolutionSet set = solution_set(image, constraint);
    return set.dimension == 0 ? set.isolated.size() : 0;
  };
  CHECK(size({1, 1, 0, 0}, GramMode::kBoth) == 6);
  CHECK(size({1, 1, 0, 0}, GramMode::kCentered) == 6);
  CHECK(size({1, 1, 0, 1}, GramMode::kBoth) == 4);
  CHECK(size({0, 0.5, 0, 0}, GramMode::kBoth) == 4);
  CHECK(size({0, 0.5, 0, 1}, GramMode::kBoth) == 12);
  CHECK(size({1, 0.5, 0, 1}, GramMode::kBoth) == 12);
  CHECK(size({1, 0.5, 1, 1}, GramMode::kBoth) == 4);
  CHECK(size({1, 0.5, 0.5, 1}, GramMode::kBoth) == 0);
}

// On a lattice: the points of the style of a lattice image are counted, and what lies outside of
// the sphere or cylinder falls into the pieces that the closed form counts.
TEST_CASE("Every set of both constraints, against all points of a lattice") {
  int finite = 0;
  for (int code = 0; code < kLattice; code += 7) {
    const Image image = image_of(point(code));
    const SolutionSet set = solution_set(image, GramMode::kBoth);
    if (set.dimension != 0) continue;
    ++finite;
    const Point p = point(code);
    int found = 0;
    for (int other = 0; other < kLattice; ++other) {
      const Point q = point(other);
      int sums = 0, squares = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        sums += p[i] - q[i];
        squares += p[i] * p[i] - q[i] * q[i];
      }
      found += sums == 0 && squares == 0 ? 1 : 0;
    }
    REQUIRE(static_cast<std::size_t>(found) == set.isolated.size());
  }
  CHECK(finite > 50);
}

TEST_CASE("Pieces of both constraints, against flooding a lattice") {
  std::vector<int> seen(13);
  for (const Point& p : std::vector<Point>{{12, 4, 2, 0},
                                           {11, 1, 0, 0},
                                           {5, 1, 0, 0},
                                           {3, 2, 1, 0},
                                           {11, 11, 2, 0},
                                           {12, 12, 1, 1},
                                           {12, 10, 2, 0},
                                           {12, 11, 1, 1},
                                           {12, 12, 11, 7},
                                           {12, 12, 12, 6},
                                           {11, 10, 1, 2},
                                           {12, 10, 1, 1},
                                           {12, 11, 10, 1},
                                           {8, 6, 5, 1},
                                           {12, 11, 1, 0},
                                           {12, 5, 1, 0}}) {
    const Image image = image_of(p);
    const Statistics s = statistics_of(image);
    const int counted = count_pieces(true, [&](const Image& other) {
      const Statistics t = statistics_of(other);
      return std::fabs(t.sum - s.sum) < 1e-9 && t.gram >= s.gram - 1e-9;
    });
    CAPTURE(text_of(image));
    CHECK(solution_set(image, GramMode::kBoth).pieces == counted);
    ++seen.at(static_cast<std::size_t>(counted));
  }
  for (const std::size_t pieces : {1U, 4U, 6U, 12U}) {
    CAPTURE(pieces);
    CHECK(seen[pieces] > 0);
  }
}

TEST_CASE("Pieces of the centred constraint, against flooding a lattice") {
  std::vector<int> seen(15);
  for (const Point& p : std::vector<Point>{{12, 0, 0, 0},
                                           {12, 12, 0, 0},
                                           {12, 11, 0, 0},
                                           {12, 1, 0, 0},
                                           {12, 4, 0, 0},
                                           {12, 5, 0, 0},
                                           {6, 6, 1, 0},
                                           {12, 12, 12, 1}}) {
    const Image image = image_of(p);
    const double centered = statistics_of(image).centered;
    const int counted = count_pieces(false, [&](const Image& other) {
      return statistics_of(other).centered >= centered - 1e-9;
    });
    CAPTURE(text_of(image));
    const int pieces = solution_set(image, GramMode::kCentered).pieces;
    CHECK(pieces == counted);
    ++seen.at(static_cast<std::size_t>(pieces));
  }
  for (const std::size_t pieces : {1U, 6U, 14U}) CHECK(seen[pieces] > 0);
}
