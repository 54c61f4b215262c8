#include "net/synthetic_weights.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace vggstyle;

TEST_CASE("synthetic weights are the same on every machine") {
  CHECK(checksum(synthetic_weights(Model::kVgg16, 1)) == 0x351c1c1fac28847au);
  CHECK(checksum(synthetic_weights(Model::kVgg19, 1)) == 0xc72982639c2f2cbcu);
  CHECK(synthetic_weights(Model::kVgg16, 1).id == "synthetic seed 1 351c1c1f");
}

TEST_CASE("another seed gives other filters, except in conv1_1") {
  const NetworkWeights one = synthetic_weights(Model::kVgg16, 1);
  const NetworkWeights two = synthetic_weights(Model::kVgg16, 2);
  CHECK(one.layers[0].kernel == two.layers[0].kernel);
  for (std::size_t l = 1; l < one.layers.size(); ++l) {
    CHECK(one.layers[l].kernel != two.layers[l].kernel);
  }
  CHECK(checksum(one) != checksum(two));
}

TEST_CASE("every filter has the norm that keeps the second moment") {
  const NetworkWeights weights = synthetic_weights(Model::kVgg19, 5);
  const auto& table = conv_layers(Model::kVgg19);
  REQUIRE(weights.layers.size() == table.size());
  for (std::size_t l = 0; l < table.size(); ++l) {
    const auto out = static_cast<std::size_t>(table[l].out_channels);
    const std::size_t filter = 9 * static_cast<std::size_t>(table[l].in_channels);
    REQUIRE(weights.layers[l].kernel.size() == out * filter);
    CHECK(weights.layers[l].bias == std::vector<float>(out, 0.0f));
    for (std::size_t o = 0; o < out; ++o) {
      double squares = 0;
      for (std::size_t k = 0; k < filter; ++k) {
        const double v = weights.layers[l].kernel[o * filter + k];
        squares += v * v;
      }
      const double norm = l == 0 ? 0.125 : std::sqrt(2.0);
      CHECK(std::sqrt(squares) == doctest::Approx(norm).epsilon(1e-6));
    }
  }
}

TEST_CASE("random filters have mean 0, and the variance of the binomial window") {
  const NetworkWeights weights = synthetic_weights(Model::kVgg16, 3);
  const std::vector<float>& kernel = weights.layers[8].kernel;  // conv4_2: 512 x 512
  const double filters = static_cast<double>(kernel.size()) / 9;
  double squares[9] = {};
  double sum[9] = {};
  for (std::size_t k = 0; k < kernel.size(); ++k) {
    sum[k % 9] += kernel[k];
    squares[k % 9] += double{kernel[k]} * double{kernel[k]};
  }
  for (int t = 0; t < 9; ++t) {
    const double deviation = std::sqrt(squares[t] / filters);
    // Six standard errors.
    CHECK(std::abs(sum[t] / filters) < 6 * deviation / std::sqrt(filters));
    const double window = (t == 4 ? 4 : t % 2 == 1 ? 2 : 1);
    CHECK(deviation == doctest::Approx(std::sqrt(2.0 / 512 / 36) * window).epsilon(0.02));
  }
}

TEST_CASE("conv1_1 has 64 different filters, edges and bars ignore flat colour") {
  const NetworkWeights weights = synthetic_weights(Model::kVgg16, 1);
  const std::vector<float>& kernel = weights.layers[0].kernel;
  std::set<std::vector<float>> different;
  int flat = 0;
  for (std::ptrdiff_t o = 0; o < 64; ++o) {
    const std::vector<float> filter(kernel.begin() + 27 * o, kernel.begin() + 27 * (o + 1));
    different.insert(filter);
    bool sees_flat_colour = false;
    for (std::size_t c = 0; c < 3; ++c) {
      double sum = 0;
      for (std::size_t t = 0; t < 9; ++t) sum += filter[9 * c + t];
      sees_flat_colour = sees_flat_colour || std::abs(sum) > 1e-6;
    }
    flat += sees_flat_colour ? 1 : 0;
  }
  CHECK(different.size() == 64);
  CHECK(flat == 3 * 2 + 4);  // the blobs
}
