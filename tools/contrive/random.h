#pragma once

#include <cstdint>

namespace vggstyle::contrived {

/// A well-mixed 64-bit function of its argument: the finaliser of SplitMix64 (Steele, Lea, Flood,
/// "Fast splittable pseudorandom number generators", 2014).
constexpr std::uint64_t mix_bits(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

/// Random numbers, the same with every compiler and standard library: SplitMix64, with its own
/// distributions, since those of <random> differ.
class Random {
 public:
  /// Generators of one seed and different `stream` are independent.
  Random(std::uint64_t seed, std::uint64_t stream) : state_(mix_bits(seed) ^ mix_bits(~stream)) {}

  std::uint64_t bits() {
    const std::uint64_t result = mix_bits(state_);
    state_ += 0x9E3779B97F4A7C15u;
    return result;
  }
  /// In [0, 1), 53 bits.
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// 0..count-1; count is small against 2^64, so that the bias is nothing.
  int index(int count) { return static_cast<int>(bits() % static_cast<std::uint64_t>(count)); }

 private:
  std::uint64_t state_;
};

}  // namespace vggstyle::contrived
