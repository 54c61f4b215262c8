#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

#include "tools/toy/grid/grid_styles.h"

using namespace vggstyle;
using namespace vggstyle::toy;

namespace {

struct Counts {
  std::size_t classes, largest, unique;
  bool operator==(const Counts&) const = default;
};

Counts counts_of(const Partition& partition) {
  return {partition.classes(), partition.largest_size(), partition.unique()};
}

/// An image's matrices by their definition, in float64: F first, then sums over its columns.
struct Matrices {
  std::vector<double> raw, centered;
};

Matrices matrices(Grid grid, const Variant& variant, std::uint32_t image) {
  const auto pixel = [&](int x, int y) {
    const bool white = ((image >> static_cast<unsigned>(y * grid.width + x)) & 1U) != 0;
    return white ? 1.0 : static_cast<double>(variant.black);
  };
  std::vector<std::vector<double>> f;  // one row a filter
  for (int sign = 1; sign >= (variant.signs ? -1 : 1); sign -= 2) {
    for (int dy = 0; dy < 2; ++dy) {
      for (int dx = 0; dx < 2; ++dx) {
        std::vector<double> row;
        for (int x = 0; x + 1 < grid.width; ++x) {
          for (int y = 0; y + 1 < grid.height; ++y) {
            const double response = sign * pixel(x + dx, y + dy);
            row.push_back(variant.relu ? std::fmax(response, 0) : response);
          }
        }
        f.push_back(row);
      }
    }
  }
  const double positions = static_cast<double>(f[0].size());
  const auto mean = [&](const std::vector<double>& row) {
    double sum = 0;
    for (const double value : row) sum += value;
    return sum / positions;
  };
  Matrices result;
  for (const auto& a : f) {
    for (const auto& b : f) {
      double raw = 0, centered = 0;
      for (std::size_t m = 0; m < a.size(); ++m) {
        raw += a[m] * b[m];
        centered += (a[m] - mean(a)) * (b[m] - mean(b));
      }
      result.raw.push_back(raw);
      result.centered.push_back(centered);
    }
  }
  return result;
}

/// Matrices rounded to multiples of 1e-6: different ones are at least 1 / (positions) apart.
std::vector<long long> rounded(const std::vector<double>& matrix) {
  std::vector<long long> key;
  for (const double value : matrix) key.push_back(std::llround(value * 1e6));
  return key;
}

template <typename Key>
Counts counts_of(const std::map<Key, std::size_t>& sizes) {
  Counts counts{sizes.size(), 0, 0};
  for (const auto& [key, size] : sizes) {
    counts.largest = std::max(counts.largest, size);
    counts.unique += size == 1 ? 1 : 0;
  }
  return counts;
}

void compare_with_definition(Grid grid, const Variant& variant) {
  using Key = std::vector<long long>;
  std::map<Key, std::size_t> raw, centered;
  std::map<std::pair<Key, Key>, std::size_t> both;
  const GridStyles styles = grid_styles(grid, variant);
  std::map<Key, std::uint32_t> raw_class;
  bool same_classes = true;
  for (std::uint32_t image = 0; image < grid.images(); ++image) {
    const Matrices m = matrices(grid, variant, image);
    const Key a = rounded(m.raw), b = rounded(m.centered);
    ++raw[a];
    ++centered[b];
    ++both[{a, b}];
    const std::uint32_t which = styles.raw.class_of(image);
    same_classes = same_classes && raw_class.try_emplace(a, which).first->second == which;
  }
  CAPTURE(name_of(variant));
  CHECK(same_classes);
  CHECK(counts_of(styles.raw) == counts_of(raw));
  CHECK(counts_of(styles.centered) == counts_of(centered));
  CHECK(counts_of(styles.both) == counts_of(both));
}

const Variant kBlack0 = {0, false, false};
const Variant kBlackMinus1 = {-1, false, false};
const Variant kSigned = {-1, true, true};

}  // namespace

TEST_CASE("Classes of small grids are those of the matrices computed by their definition") {
  for (const Variant& variant : all_variants()) {
    compare_with_definition({2, 2}, variant);
    compare_with_definition({2, 3}, variant);
    compare_with_definition({3, 3}, variant);
    compare_with_definition({4, 2}, variant);
  }
}

// Counted by a second program, which shares no code with this one.
TEST_CASE("All 65 536 images of 4x4") {
  const Grid grid{4, 4};
  const GridStyles black0 = grid_styles(grid, kBlack0);
  CHECK(counts_of(black0.raw) == Counts{36004, 81, 25016});
  CHECK(counts_of(black0.centered) == Counts{17995, 162, 0});
  CHECK(counts_of(black0.both) == Counts{36004, 81, 25016});
  const GridStyles minus = grid_styles(grid, kBlackMinus1);
  CHECK(counts_of(minus.raw) == Counts{4584, 226, 0});
  CHECK(counts_of(minus.centered) == Counts{17995, 162, 0});
  CHECK(counts_of(minus.both) == Counts{18002, 162, 0});
  const GridStyles plus_and_minus = grid_styles(grid, kSigned);
  CHECK(plus_and_minus.raw == black0.raw);
  CHECK(plus_and_minus.centered == black0.centered);
  CHECK(plus_and_minus.both == black0.both);
  CHECK(counts_of(patch_classes(grid)) == Counts{42692, 42, 32680});
}

TEST_CASE("What must hold between the styles") {
  const Grid grid{3, 4};
  const GridStyles black0 = grid_styles(grid, kBlack0);
  const GridStyles minus = grid_styles(grid, kBlackMinus1);
  // x^2 = x: the diagonal of the raw matrix holds the means.
  CHECK(black0.both == black0.raw);
  // A constant added to the pixels leaves deviations as they are; a factor scales all alike.
  CHECK(minus.centered == black0.centered);
  // Unlike signs: both constraints know the means but for one sign of all.
  CHECK(black0.raw.refines(minus.both));
  CHECK(minus.both.refines(minus.raw));
  CHECK_FALSE(minus.raw.refines(minus.both));
  // No style of one layer tells more than what is in the patches.
  CHECK(patch_classes(grid).refines(black0.raw));
  for (std::uint32_t image = 0; image < grid.images(); ++image) {
    REQUIRE(minus.both.class_of(image) == minus.both.class_of(negative(grid, image)));
  }
  // ReLU takes -1 to 0 (one filter a pixel), or splits a pixel into white and black (two).
  CHECK(grid_styles(grid, {-1, false, true}).both == black0.both);
  CHECK(grid_styles(grid, kSigned).both == black0.both);
  CHECK(grid_styles(grid, {-1, true, false}).both == minus.both);
}

TEST_CASE("A grid that lies on its side has as many styles") {
  for (const Variant& variant : {kBlack0, kBlackMinus1}) {
    CHECK(counts_of(grid_styles({3, 4}, variant).both) ==
          counts_of(grid_styles({4, 3}, variant).both));
  }
}

TEST_CASE("Orbits") {
  const Grid grid{2, 2};
  CHECK(orbits(grid, Moves::kNone).classes() == 16);
  // Of 0, 1, 2 (side by side or on a diagonal), 3 and 4 white pixels.
  CHECK(orbits(grid, Moves::kMirrors).classes() == 6);
  CHECK(orbits(grid, Moves::kShifts).classes() == 6);
  CHECK(orbits(grid, Moves::kNegatives).classes() == 4);
  // Burnside: (2^6 + 2^3 + 2^3 + 2^4) / 4 of 2 x 3 pixels under the two mirrors.
  CHECK(orbits({3, 2}, Moves::kMirrors).classes() == 24);
  const Grid square{3, 3};
  // Known: 102 of 3 x 3 under the square's symmetries, 26 with shifts on the torus as well.
  CHECK(orbits(square, Moves::kMirrors).classes() == 102);
  CHECK(orbits(square, Moves::kShifts).classes() == 26);
  CHECK(negative(square, 0) == 511);
}

TEST_CASE("Partitions") {
  const Partition a({0, 0, 1, 2, 2, 2});
  CHECK(a.classes() == 3);
  CHECK(a.largest() == 2);
  CHECK(a.largest_size() == 3);
  CHECK(a.unique() == 1);
  CHECK(a.members(2, 2) == std::vector<std::uint32_t>{3, 4});
  const Partition b({0, 0, 0, 1, 1, 1}), c({0, 1, 1, 1, 1, 1});
  CHECK(a.refines(b));
  CHECK_FALSE(b.refines(a));
  CHECK_FALSE(b.refines(c));
  CHECK(common_refinement(b, c) == Partition({0, 1, 1, 2, 2, 2}));
}
