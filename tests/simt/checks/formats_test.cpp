#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>

#include "tests/simt/instructions/half.h"

/// Number formats: every value, and the roundings at and around every midpoint.
namespace vggstyle::simt {
namespace {

/// The value of bits in a format of `exponent_bits` and `fraction_bits`, by IEEE 754's definition.
double value_of(std::uint32_t bits, int exponent_bits, int fraction_bits) {
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const auto fraction = static_cast<double>(bits & ((1U << fraction_bits) - 1));
  const auto exponent = static_cast<int>(bits >> fraction_bits & ((1U << exponent_bits) - 1));
  const double sign = (bits >> (exponent_bits + fraction_bits) & 1) != 0 ? -1 : 1;
  if (exponent == 0) return sign * std::ldexp(fraction, 1 - bias - fraction_bits);
  return sign * std::ldexp(1 + std::ldexp(fraction, -fraction_bits), exponent - bias);
}

/// All finite values survive; a value between two neighbours goes to the nearer, the middle to the
/// even one.
template <typename Round>
void check_rounding(Round round, int exponent_bits, int fraction_bits) {
  const std::uint32_t infinity = ((1U << exponent_bits) - 1) << fraction_bits;
  bool right = true;
  for (std::uint32_t bits = 0; bits + 1 < infinity; ++bits) {
    const auto low = static_cast<float>(value_of(bits, exponent_bits, fraction_bits));
    const auto high = static_cast<float>(value_of(bits + 1, exponent_bits, fraction_bits));
    const float middle = low + (high - low) / 2;
    const std::uint32_t even = bits % 2 == 0 ? bits : bits + 1;
    for (const std::uint32_t sign : {0U, 0x8000U}) {
      const float s = sign != 0 ? -1.0F : 1.0F;
      right = right && round(s * low) == (sign | bits);
      right = right && round(s * middle) == (sign | even);
      right = right && round(s * std::nextafter(middle, 0.0F)) == (sign | bits);
      right = right && round(s * std::nextafter(middle, high)) == (sign | (bits + 1));
    }
  }
  CHECK(right);
  CHECK(round(std::numeric_limits<float>::infinity()) == infinity);
  CHECK(round(-std::numeric_limits<float>::max()) == (0x8000 | infinity));
  CHECK(round(std::numeric_limits<float>::quiet_NaN()) == 0x7FFF);
  CHECK(round(-std::numeric_limits<float>::quiet_NaN()) == 0x7FFF);
}

TEST_CASE("float16: to nearest even, overflow to infinity") {
  const auto bits = [](float v) { return __half_as_ushort(__float2half_rn(v)); };
  check_rounding(bits, 5, 10);
  check_rounding(portable_half_bits, 5, 10);
  CHECK(bits(65519.996F) == 0x7BFF);
  CHECK(bits(65520.0F) == 0x7C00);
}

TEST_CASE("bfloat16: to nearest even, overflow to infinity") {
  check_rounding([](float v) { return __bfloat16_as_ushort(__float2bfloat16_rn(v)); }, 8, 7);
}

TEST_CASE("16-bit floats as float32") {
  bool right = true;
  for (std::uint32_t b = 0; b < 0x10000; ++b) {
    const auto bits = static_cast<unsigned short>(b);
    const float half = __half2float(__ushort_as_half(bits));
    const float bfloat = __bfloat162float(__ushort_as_bfloat16(bits));
    right = right && std::bit_cast<std::uint32_t>(bfloat) == b << 16;
    if ((b & 0x7C00) != 0x7C00) {
      right = right && static_cast<double>(half) == value_of(b, 5, 10);
      right = right && std::signbit(half) == (b >= 0x8000);
      right = right && portable_half_value(bits) == half;
    } else if ((b & 0x3FF) == 0) {
      right = right && std::isinf(half) && std::isinf(portable_half_value(bits));
    } else {
      right = right && std::isnan(half) && std::isnan(portable_half_value(bits));
    }
  }
  CHECK(right);
}

TEST_CASE("pairs of 16-bit floats keep their order") {
  const float2 h = __half22float2(__floats2half2_rn(1.5F, -2.0F));
  CHECK(h.x == 1.5F);
  CHECK(h.y == -2.0F);
  const __half2 halves = __halves2half2(__float2half(3.0F), __float2half(4.0F));
  CHECK(__low2float(halves) == 3.0F);
  CHECK(__high2float(halves) == 4.0F);
  CHECK(std::bit_cast<std::uint32_t>(__floats2half2_rn(1.0F, 0.0F)) == 0x00003C00);
  const float2 b = __bfloat1622float2(__floats2bfloat162_rn(1.5F, -2.0F));
  CHECK(b.x == 1.5F);
  CHECK(b.y == -2.0F);
  CHECK(__low2float(__float2bfloat162_rn(7.0F)) == 7.0F);
  CHECK(__high2float(__halves2bfloat162(1.0F, 2.0F)) == 2.0F);
}

}  // namespace
}  // namespace vggstyle::simt
