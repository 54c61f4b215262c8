#pragma once

#include <bit>
#include <cstdint>

namespace vggstyle {

/// The number that these bits are in IEEE half precision. Exact. By hand, because the HDF5 library converts this
/// type bit by bit, a hundred times slower.
inline float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t magnitude = half & 0x7fffu;
  if (magnitude >= 0x7c00u) {  // infinity, NaN
    return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  }
  // The half's bits, read as a float's, are the number divided by 2^112, subnormals included.
  constexpr float kRebias = 0x1p112f;
  return std::bit_cast<float>(
      std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude << 13) * kRebias) | sign);
}

}  // namespace vggstyle
