#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace vggstyle {

/// How convolutions and Gram products are computed, and how activations and gradients are stored.
/// Sums are float32 in all of them (float64 in reductions).
enum class Precision {
  kFloat32,   ///< float32 multiply-adds
  kTf32,      ///< tensor cores; inputs rounded to 10 bits of mantissa; stored as float32
  k3xTf32,    ///< each product as three tf32 ones, near float32; stored as float32
  kFloat16,   ///< tensor cores; stored as float16
  kBfloat16,  ///< tensor cores; stored as bfloat16
};

constexpr std::array<Precision, 5> kPrecisions = {Precision::kFloat32, Precision::kTf32,
                                                  Precision::k3xTf32, Precision::kFloat16,
                                                  Precision::kBfloat16};

constexpr std::string_view precision_name(Precision precision) {
  constexpr std::array<std::string_view, 5> kNames = {"fp32", "tf32", "3xtf32", "fp16", "bf16"};
  return kNames[static_cast<std::size_t>(precision)];
}

constexpr std::optional<Precision> parse_precision(std::string_view name) {
  for (const Precision precision : kPrecisions) {
    if (precision_name(precision) == name) return precision;
  }
  return std::nullopt;
}

}  // namespace vggstyle
