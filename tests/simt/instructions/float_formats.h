#pragma once

#include <bit>
#include <cstdint>

#ifdef __F16C__
#include <immintrin.h>
#endif

/// The number formats of tensor cores, as bits, and their roundings. Sources: IEEE 754 binary16;
/// CUDA Math API, sections "Half Precision Conversion" and "Bfloat16 Precision Conversion"; PTX
/// ISA, "cvt" (.rna.tf32).
namespace vggstyle::simt {

constexpr std::uint16_t kHalfNan = 0x7FFF;
constexpr std::uint16_t kBfloatNan = 0x7FFF;

/// To nearest, ties to even; overflow to infinity; any NaN to the canonical one. For processors
/// without F16C.
constexpr std::uint16_t portable_half_bits(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000;
  const std::uint32_t magnitude = bits & 0x7FFFFFFF;
  if (magnitude > 0x7F800000) return kHalfNan;
  if (magnitude >= 0x477FF000) return static_cast<std::uint16_t>(sign | 0x7C00);  // >= 65520
  std::uint32_t shift = 13, significand = magnitude, result = 0;
  if (magnitude < 0x38800000) {  // below 2^-14: a subnormal half, in units of 2^-24
    const std::uint32_t exponent = magnitude >> 23;
    if (exponent < 102) return static_cast<std::uint16_t>(sign);  // below 2^-25: rounds to zero
    significand = (magnitude & 0x7FFFFF) | 0x800000;
    shift = 126 - exponent;
    result = significand >> shift;
  } else {
    result = (magnitude - 0x38000000) >> 13;
  }
  const std::uint32_t rest = significand & ((1U << shift) - 1), half = 1U << (shift - 1);
  if (rest > half || (rest == half && (result & 1) != 0)) ++result;
  return static_cast<std::uint16_t>(sign | result);
}

constexpr float portable_half_value(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16;
  const std::uint32_t magnitude = bits & 0x7FFF;
  if (magnitude >= 0x7C00) {
    return std::bit_cast<float>(sign | 0x7F800000 | (magnitude & 0x3FF) << 13);
  }
  if (magnitude < 0x400) {  // zero or subnormal: magnitude * 2^-24, exact in float32
    const float value = static_cast<float>(magnitude) * 0x1p-24F;
    return sign != 0 ? -value : value;
  }
  return std::bit_cast<float>(sign | ((magnitude << 13) + 0x38000000));
}

inline std::uint16_t half_bits(float value) {
#ifdef __F16C__
  if (value != value) return kHalfNan;
  return _cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT);
#else
  return portable_half_bits(value);
#endif
}

inline float half_value(std::uint16_t bits) {
#ifdef __F16C__
  return _cvtsh_ss(bits);
#else
  return portable_half_value(bits);
#endif
}

/// To nearest, ties to even; any NaN to the canonical one.
constexpr std::uint16_t bfloat_bits(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return kBfloatNan;
  return static_cast<std::uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

constexpr float bfloat_value(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// cvt.rna.tf32: to nearest with 10 bits of fraction, ties away from zero.
constexpr std::uint32_t rounded_tf32(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7F800000) == 0x7F800000) return bits & ~0x1FFFU;
  return (bits + 0x1000) & ~0x1FFFU;
}

/// What mma reads of a tf32 register: its low 13 bits are ignored.
constexpr float tf32_value(std::uint32_t bits) {
  return std::bit_cast<float>(bits & ~0x1FFFU);
}

}  // namespace vggstyle::simt
