#pragma once

#include <type_traits>

#include "kernels/cuda/ptx.h"
#include "kernels/precision.h"

/// How numbers are stored, and what a product's inputs are rounded to. Activations and gradients
/// are float32, float16 or bfloat16 in memory; arithmetic is float32.
namespace vggstyle::cuda {

__host__ __device__ __forceinline__ float to_float(float x) {
  return x;
}
__host__ __device__ __forceinline__ float to_float(__half x) {
  return __half2float(x);
}
__host__ __device__ __forceinline__ float to_float(__nv_bfloat16 x) {
  return __bfloat162float(x);
}

/// x rounded to T, to nearest even; float16 overflows to infinity, which the overflow check finds.
template <typename T>
__host__ __device__ __forceinline__ T from_float(float x) {
  if constexpr (std::is_same_v<T, __half>) {
    return __float2half_rn(x);
  } else if constexpr (std::is_same_v<T, __nv_bfloat16>) {
    return __float2bfloat16_rn(x);
  } else {
    return x;
  }
}

/// Two 16-bit numbers in a register, the first in the lower half.
__device__ __forceinline__ std::uint32_t pack_two(__half low, __half high) {
  return __half_as_ushort(low) | static_cast<std::uint32_t>(__half_as_ushort(high)) << 16U;
}
__device__ __forceinline__ std::uint32_t pack_two(__nv_bfloat16 low, __nv_bfloat16 high) {
  return __bfloat16_as_ushort(low) | static_cast<std::uint32_t>(__bfloat16_as_ushort(high)) << 16U;
}

/// What plain kernels do to the inputs of a product, so that they say what tensor cores say.
struct AsStored {
  __device__ static float round(float x) { return x; }
};
struct ToTf32 {
  __device__ static float round(float x) { return __uint_as_float(to_tf32(x)); }
};

/// Calls work with the storage type and the rounding of a precision: work(T{}, Rounding{}).
template <typename Work>
decltype(auto) with_precision(Precision precision, Work work) {
  switch (precision) {
    case Precision::kTf32:
      return work(float{}, ToTf32{});
    case Precision::kFloat16:
      return work(__half{}, AsStored{});
    case Precision::kBfloat16:
      return work(__nv_bfloat16{}, AsStored{});
    default:  // kFloat32; and 3xtf32, whose products are float32's but for the last bits
      return work(float{}, AsStored{});
  }
}

}  // namespace vggstyle::cuda
