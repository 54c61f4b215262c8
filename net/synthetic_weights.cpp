#include "net/synthetic_weights.h"

#include <array>
#include <cmath>

namespace vggstyle {
namespace {

constexpr std::size_t kTaps = 9;
using Patch = std::array<std::int64_t, kTaps>;  // one 3x3 plane, row-major

constexpr Patch kWindow = {1, 2, 1, 2, 4, 2, 1, 2, 1};

/// Norm of a conv1_1 filter. Neighbouring pixels are alike, so that a blob answers to a picture
/// (deviation about 60) some five times as strongly as to noise: this brings it to order 10.
constexpr double kFirstLayerNorm = 0.125;
constexpr double kNorm = 1.4142135623730951;

/// Steele, Lea, Flood 2014: "Fast splittable pseudorandom number generators".
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

/// Nearly normal, mean 0, deviation 2^16, below 2^19 in size: the sum of twelve uniform 16-bit
/// numbers. Whole numbers, where Box-Muller's logarithm would differ between maths libraries.
std::int64_t nearly_normal(SplitMix64& random) {
  std::int64_t sum = 0;
  for (int word = 0; word < 3; ++word) {
    const std::uint64_t bits = random.next();
    for (int part = 0; part < 4; ++part) {
      sum += static_cast<std::int64_t>((bits >> (16 * part)) & 0xffffu);
    }
  }
  return sum - 6 * 0xffff;
}

/// Appends `filter` scaled to `norm`. The sum of squares is exact: at most 512 * 9 squares of
/// numbers below 2^21, so less than 2^55.
void append_normalised(const std::vector<std::int64_t>& filter, double norm,
                       std::vector<float>& kernel) {
  std::int64_t squares = 0;
  for (const std::int64_t v : filter) squares += v * v;
  const double scale = norm / std::sqrt(static_cast<double>(squares));
  for (const std::int64_t v : filter) {
    kernel.push_back(static_cast<float>(static_cast<double>(v) * scale));
  }
}

/// The 20 patterns that conv1_1 looks for along each colour axis.
std::vector<Patch> patterns() {
  std::vector<Patch> all;
  const auto add = [&all](auto value_at) {
    Patch patch{};
    for (int y = -1; y <= 1; ++y) {
      for (int x = -1; x <= 1; ++x) {
        const auto tap = static_cast<std::size_t>(3 * (y + 1) + x + 1);
        patch[tap] = value_at(y, x, kWindow[tap]);
      }
    }
    all.push_back(patch);
  };
  static constexpr std::array<std::array<int, 2>, 8> kDirections = {
      {{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}}};
  for (const auto& direction : kDirections) {
    const int dx = direction[0];
    const int dy = direction[1];
    add([=](int y, int x, std::int64_t w) { return (dx * x + dy * y) * w; });
  }
  for (const std::int64_t sign : {1, -1}) {
    for (std::size_t direction = 0; direction < 4;
         ++direction) {  // bars have no sense, only a line
      const int dx = kDirections[direction][0];
      const int dy = kDirections[direction][1];
      // Second derivative along (dx, dy): 2 t^2 - 1 for the axes, t^2 - 1 for the diagonals, whose
      // t reaches 2 at two corners; under the window both sum to 0 over the plane.
      const bool diagonal = dx != 0 && dy != 0;
      add([=](int y, int x, std::int64_t w) {
        const std::int64_t t = dx * x + dy * y;
        return sign * w * ((diagonal ? 1 : 2) * t * t - 1);
      });
    }
    add([=](int y, int x, std::int64_t w) {  // a spot: centre against surround
      return sign * (y == 0 && x == 0 ? 12 : -w);
    });
    add([=](int, int, std::int64_t w) { return sign * w; });  // a blob: the local mean
  }
  return all;
}

std::vector<float> first_layer(std::size_t filters) {
  using Axis = std::array<std::int64_t, 3>;  // blue, green, red
  static constexpr std::array<Axis, 3> kAxes = {{{1, 1, 1}, {0, -1, 1}, {2, -1, -1}}};
  std::vector<float> kernel;
  std::vector<std::int64_t> filter;
  const auto add = [&](const Axis& axis, const Patch& patch) {
    filter.clear();
    for (const std::int64_t channel : axis) {
      for (const std::int64_t tap : patch) filter.push_back(channel * tap);
    }
    append_normalised(filter, kFirstLayerNorm, kernel);
  };
  for (const Axis& axis : kAxes) {
    for (const Patch& patch : patterns()) add(axis, patch);
  }
  // 60 so far; the rest are blobs of one channel or two, which pin the palette.
  static constexpr std::array<Axis, 4> kBlobs = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, -1, 1}}};
  for (std::size_t i = 0; kernel.size() < filters * 3 * kTaps; ++i) add(kBlobs.at(i), kWindow);
  return kernel;
}

std::vector<float> random_layer(std::size_t out, std::size_t in, SplitMix64& random) {
  std::vector<float> kernel;
  kernel.reserve(out * in * kTaps);
  std::vector<std::int64_t> filter(in * kTaps);
  for (std::size_t o = 0; o < out; ++o) {
    for (std::size_t i = 0; i < in; ++i) {
      for (std::size_t t = 0; t < kTaps; ++t) {
        filter[i * kTaps + t] = nearly_normal(random) * kWindow[t];
      }
    }
    append_normalised(filter, kNorm, kernel);
  }
  return kernel;
}

}  // namespace

NetworkWeights synthetic_weights(Model model, std::uint64_t seed) {
  NetworkWeights weights;
  weights.model = model;
  weights.preprocessing = Preprocessing::kCaffe;
  weights.kind = "synthetic";
  SplitMix64 random(seed);
  for (const ConvLayer& layer : conv_layers(model)) {
    const auto out = static_cast<std::size_t>(layer.out_channels);
    const auto in = static_cast<std::size_t>(layer.in_channels);
    ConvWeights conv;
    conv.kernel = in == 3 ? first_layer(out) : random_layer(out, in, random);
    conv.bias.assign(out, 0.0f);
    weights.layers.push_back(std::move(conv));
  }
  weights.id = "synthetic seed " + std::to_string(seed) + " " + short_checksum(weights);
  return weights;
}

}  // namespace vggstyle
