#include "tests/net/tile_comparison.h"

#include <algorithm>
#include <cmath>

#include "tests/net/graph_comparison.h"

namespace vggstyle::testing {
namespace {

struct Evaluated {
  LossValues values;
  std::vector<float> gradient;
  std::vector<StyleStatistics> statistics;  ///< of the content, as if it were a style
  std::size_t tiles;
};

/// A picture of `height` x `width` in windows of `tile`, of which 0 makes one.
Evaluated evaluate(Backend& backend, const LossSpec& spec, int height, int width, int tile,
                   bool divide = false) {
  GraphOptions options{.divide_terms_by_value = divide,
                       .balance = {{}, 12},
                       .regions = regions_of(spec.regions, height, width),
                       .tile = tile};
  if (spec.content_weights) options.content_weights = content_weights_of(height, width);
  Graph graph(backend, weights_of(Model::kVgg16), height, width, spec, options);
  Graph of_style(backend, weights_of(Model::kVgg16), height, width, spec, options);
  graph.set_style_targets(of_style.style_statistics(picture(height, width, 2).data()));
  const std::vector<float> content = picture(height, width, 3);
  graph.set_content_target(content.data());
  graph.set_temporal_target(content.data(), random_floats(content.size() / 3, 4, 0, 1));
  const std::vector<float> rgb = picture(height, width, 1);
  GuardedBuffer pixels(backend, rgb.size() * sizeof(float));
  GuardedBuffer gradient(backend, rgb.size() * sizeof(float));
  backend.device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
  Evaluated result{graph.evaluate(pixels.as<float>(), gradient.as<float>()),
                   std::vector<float>(rgb.size()), of_style.style_statistics(content.data()),
                   graph.tiles().tiles.size()};
  backend.device().download(result.gradient.data(), gradient.as<float>(),
                            rgb.size() * sizeof(float));
  return result;
}

void check_equal(const TestBackend& backend, const Evaluated& tiled, const Evaluated& whole) {
  REQUIRE(tiled.tiles > 1);
  REQUIRE(whole.tiles == 1);
  REQUIRE(tiled.values.terms.size() == whole.values.terms.size());
  for (std::size_t i = 0; i < whole.values.terms.size(); ++i) {
    CAPTURE(i);
    CHECK(tiled.values.terms[i].value ==
          doctest::Approx(whole.values.terms[i].value).epsilon(10 * backend.bound(1e-5)));
  }
  for (std::size_t i = 0; i < whole.statistics.size(); ++i) {
    CHECK(relative_error(tiled.statistics[i].gram, whole.statistics[i].gram) < backend.bound(1e-6));
    CHECK(relative_error(tiled.statistics[i].mean, whole.statistics[i].mean) < backend.bound(1e-6));
  }
  // A unit whose input is next to 0 may be on the other side, and change the gradient of what it sees: few do.
  const std::vector<double> expected(whole.gradient.begin(), whole.gradient.end());
  const double bound = backend.variant.gradient_bound;
  CHECK(relative_error(tiled.gradient, expected) < 10 * bound);
  double largest = 0;
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  const auto differs = [&](std::size_t i) {
    return std::abs(static_cast<double>(tiled.gradient[i]) - expected[i]) > bound * largest;
  };
  std::size_t different = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) different += differs(i) ? 1 : 0;
  CHECK(different <= expected.size() / 50);
}

}  // namespace

void compare_tiles(TestBackend& backend, const LossSpec& spec, int height, int width, int tile,
                   bool divide) {
  CAPTURE(height);
  CAPTURE(width);
  CAPTURE(tile);
  check_equal(backend, evaluate(*backend, spec, height, width, tile, divide),
              evaluate(*backend, spec, height, width, 0, divide));
}

}  // namespace vggstyle::testing
