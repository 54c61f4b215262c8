#include "tools/toy/sampling.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tools/contrive/random.h"
#include "tools/toy/solution_set.h"

using namespace vggstyle;
using namespace vggstyle::toy;

namespace {

/// The errors of both matrices, by other sums than the library's.
struct Errors {
  double raw, centered;
};
Errors errors(const Image& a, const Image& b) {
  const auto raw = [](const Image& x) {
    return x[0] * x[0] + x[1] * x[1] + x[2] * x[2] + x[3] * x[3];
  };
  // The sum of (x - mean)^2 is the mean of the squared differences of all pairs, halved.
  const auto centered = [](const Image& x) {
    double pairs = 0;
    for (const double p : x) {
      for (const double q : x) pairs += (p - q) * (p - q);
    }
    return pairs / 8;
  };
  return {std::fabs(raw(a) - raw(b)), std::fabs(centered(a) - centered(b))};
}

void check_samples(const Image& image, GramMode constraint, const Samples& samples) {
  CAPTURE(text_of(image));
  CAPTURE(name_of(constraint));
  CHECK(samples.converged > 0);
  CHECK(samples.largest_residual <= 1e-6);
  int converged = 0;
  for (const Sample& sample : samples.all) {
    for (const double x : sample.image) REQUIRE((x >= 0 && x <= 1));
    if (!sample.converged) continue;
    ++converged;
    const Errors e = errors(sample.image, image);
    if (constraint != GramMode::kCentered) REQUIRE(e.raw <= 1e-6 + 1e-12);
    if (constraint != GramMode::kRaw) REQUIRE(e.centered <= 1e-6 + 1e-12);
  }
  CHECK(converged == samples.converged);
  const SolutionSet set = solution_set(image, constraint);
  if (set.dimension > 0) return;
  for (const Image& found : samples.distinct) {
    CHECK(std::any_of(set.isolated.begin(), set.isolated.end(),
                      [&](const Image& known) { return distance(found, known) < 5e-3; }));
  }
}

}  // namespace

TEST_CASE("The optimiser finds the four images of [1,0,0,0] and no other") {
  const Samples samples = sample_solutions({1, 0, 0, 0}, GramMode::kBoth, 100, 1);
  check_samples({1, 0, 0, 0}, GramMode::kBoth, samples);
  CHECK(samples.all.size() == 100);
  CHECK(samples.distinct.size() == 4);
}

TEST_CASE("What the optimiser finds has the styles it was to have, in float64") {
  contrived::Random random(3, 1);
  std::vector<Image> images = {
      {0, 0, 0, 0}, {1, 1, 1, 1}, {1, 1, 0, 0}, {0.5, 0.5, 0.5, 0.5}, {1, 0.5, 0, 0}};
  for (int i = 0; i < 6; ++i) {
    images.push_back({random.uniform(), random.uniform(), random.uniform(), random.uniform()});
  }
  for (const Image& image : images) {
    for (const GramMode constraint : kConstraints) {
      check_samples(image, constraint, sample_solutions(image, constraint, 40, 2));
    }
  }
}

TEST_CASE("Constant images: every search for both ends at the image itself") {
  const Image grey = {0.5, 0.5, 0.5, 0.5};
  const Samples samples = sample_solutions(grey, GramMode::kBoth, 50, 4);
  CHECK(samples.distinct.size() == 1);
  CHECK(samples.spread < 5e-3);
}

TEST_CASE("Where there are infinitely many images, the searches end at different ones") {
  const Samples samples = sample_solutions({0.6, 0.5, 0.3, 0.2}, GramMode::kBoth, 50, 4);
  CHECK(samples.converged > 40);
  CHECK(samples.distinct.size() > 30);
  CHECK(samples.spread > 0.1);
}

TEST_CASE("The same seed finds the same images, another one others") {
  const auto first = [](std::uint64_t seed) {
    return sample_solutions({1, 0, 0, 0}, GramMode::kRaw, 3, seed).all.front().image;
  };
  CHECK(first(1) == first(1));
  CHECK(first(1) != first(2));
}
