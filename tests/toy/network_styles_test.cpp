// Styles of binary images under the first layer of a network.

#include "tools/toy/grid/network_styles.h"

#include <doctest/doctest.h>

#include <cmath>
#include <span>

#include "net/synthetic_weights.h"
#include "tools/contrive/random.h"

using namespace vggstyle;
using namespace vggstyle::toy;

namespace {

NetworkGrid study(Grid grid, const NetworkWeights& weights) {
  return network_grid(grid, weights, [](const NetworkGrid::Result&) {});
}

double pixel_value(const NetworkWeights& weights, NetworkGrid::Input input, int c, bool white) {
  const InputChannel channel = input_channel(weights.preprocessing, c);
  if (input == NetworkGrid::Input::kBlackZero) return white ? 255 * channel.scale : 0;
  if (input == NetworkGrid::Input::kBlackNegative) return (white ? 127.5 : -127.5) * channel.scale;
  return ((white ? 255 : 0) - channel.mean) * channel.scale;
}

struct StyleMatrices {
  std::vector<double> raw, centered;
};

/// By their definition: the padded convolution, F, all entries of F F^T and of that of F less the
/// means of its rows, each pair of rows once.
StyleMatrices matrices(Grid grid, const NetworkWeights& weights, NetworkGrid::Input input,
                       bool relu, std::uint32_t image) {
  const ConvWeights& layer = weights.layers[0];
  const int filters = static_cast<int>(layer.bias.size()), places = grid.pixels();
  std::vector<std::vector<double>> f;
  for (int k = 0; k < filters; ++k) {
    std::vector<double> row;
    for (int y = 0; y < grid.height; ++y) {
      for (int x = 0; x < grid.width; ++x) {
        double sum = layer.bias[static_cast<std::size_t>(k)];
        for (int i = 0; i < 27; ++i) {
          const int c = i / 9, px = x + i % 3 - 1, py = y + i / 3 % 3 - 1;
          if (px < 0 || py < 0 || px >= grid.width || py >= grid.height) continue;
          const bool white = (image >> (py * grid.width + px)) & 1U;
          sum += static_cast<double>(layer.kernel[static_cast<std::size_t>(27 * k + i)]) *
                 pixel_value(weights, input, c, white);
        }
        row.push_back(relu ? std::max(sum, 0.0) : sum);
      }
    }
    f.push_back(row);
  }
  StyleMatrices found;
  for (const auto& a : f) {
    for (const auto& b : std::span(f).first(static_cast<std::size_t>(&a - f.data()) + 1)) {
      double product = 0, of_a = 0, of_b = 0;
      for (std::size_t i = 0; i < a.size(); ++i) {
        product += a[i] * b[i];
        of_a += a[i];
        of_b += b[i];
      }
      found.raw.push_back(product);
      found.centered.push_back(product - of_a * of_b / places);
    }
  }
  return found;
}

bool equal(const std::vector<double>& a, const std::vector<double>& b) {
  double apart = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    apart = std::max(apart, std::abs(a[i] - b[i]));
    size = std::max({size, std::abs(a[i]), std::abs(b[i])});
  }
  return apart <= 1e-9 * size;
}

TEST_CASE("network styles: classes are those of the matrices themselves") {
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}}) {
    const NetworkWeights weights = synthetic_weights(Model::kVgg16, seed);
    for (const Grid grid : {Grid{2, 3}, Grid{3, 3}}) {
      for (const NetworkGrid::Result& result : study(grid, weights).results) {
        CAPTURE(name_of(result.input));
        CAPTURE(result.relu);
        std::vector<StyleMatrices> all;
        for (std::uint32_t image = 0; image < grid.images(); ++image) {
          all.push_back(matrices(grid, weights, result.input, result.relu, image));
        }
        // Pairs at random: every 3x3 image with some others, and with its negative.
        contrived::Random random(seed, 0);
        for (std::uint32_t a = 0; a < grid.images(); ++a) {
          for (int n = 0; n < 4; ++n) {
            const auto other =
                static_cast<std::uint32_t>(random.index(static_cast<int>(grid.images())));
            const std::uint32_t b = n == 0 ? negative(grid, a) : other;
            const bool raw = equal(all[a].raw, all[b].raw);
            const bool centered = equal(all[a].centered, all[b].centered);
            const GridStyles& s = result.styles;
            REQUIRE((s.raw.class_of(a) == s.raw.class_of(b)) == raw);
            REQUIRE((s.centered.class_of(a) == s.centered.class_of(b)) == centered);
            REQUIRE((s.both.class_of(a) == s.both.class_of(b)) == (raw && centered));
          }
        }
      }
    }
  }
}

/// A single filter that sees nothing but the pixel itself, in all 64 places.
NetworkWeights identity() {
  NetworkWeights weights = synthetic_weights(Model::kVgg16, 0);
  ConvWeights& layer = weights.layers[0];
  for (std::size_t i = 0; i < layer.kernel.size(); ++i) layer.kernel[i] = i % 9 == 4 ? 1.0f : 0.0f;
  std::fill(layer.bias.begin(), layer.bias.end(), 0.0f);
  return weights;
}

TEST_CASE("network styles: a filter that sees the pixel alone counts the white ones") {
  const Grid grid{3, 2};
  const NetworkGrid found = study(grid, identity());
  REQUIRE(found.results.size() == 6);
  const auto counts = [&](std::size_t n) {
    const GridStyles& s = found.results[n].styles;
    return std::vector<std::size_t>{s.raw.classes(), s.centered.classes(), s.both.classes()};
  };
  using Counts = std::vector<std::size_t>;
  CHECK(counts(0) == Counts{7, 4, 7});  // black 0: how many are white; centred: or not white
  CHECK(counts(1) == Counts{7, 4, 7});
  CHECK(counts(2) == Counts{1, 4, 4});  // black -1: every square is the same
  CHECK(counts(3) == Counts{7, 4, 7});  // but for ReLU
  CHECK(same_as_negative(grid, found.results[2].styles.both) == grid.images());
}

TEST_CASE("network styles: no style tells apart what has the same patches") {
  const Grid grid{3, 3};
  const NetworkGrid found = study(grid, synthetic_weights(Model::kVgg16, 3));
  CHECK(found.patches.size() == 512);
  for (const NetworkGrid::Result& result : found.results) {
    CHECK(found.patches.refines(result.styles.both));
    CHECK(result.styles.both.refines(result.styles.raw));
    CHECK(result.styles.both.refines(result.styles.centered));
  }
  // Every patch of 3x3 around the middle is the whole image.
  CHECK(found.patches.classes() == 512);
  CHECK(study({2, 2}, identity()).patches.classes() == 16);
}

}  // namespace
