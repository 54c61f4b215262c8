#pragma once

#include <type_traits>

#include "kernels/cuda/device/layout.h"
#include "kernels/cuda/device/ptx.h"
#include "kernels/precision.h"

/// How numbers are stored, and what a product's inputs are rounded to. Activations and gradients
/// are float32, tf32, float16 or bfloat16 in memory; arithmetic is float32.
namespace vggstyle::cuda {

/// What is done to a product's inputs where they are not stored so: to filters when they are packed,
/// and by plain kernels, so that they say what tensor cores say.
struct AsStored {
  __host__ __device__ static float round(float x) { return x; }
};
struct ToTf32 {
  /// cvt.rna.tf32, by hand for the host and for GPUs without it: to 10 bits of mantissa, ties away
  /// from zero.
  __host__ __device__ static float round(float x) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    return __uint_as_float(to_tf32(x));
#else
    union {
      float value;
      std::uint32_t bits;
    } number{x};
    if (!(x - x == 0.0F)) return x;  // infinite or NaN
    number.bits = (number.bits + 0x1000U) & 0xFFFFE000U;
    return number.value;
#endif
  }
};

/// A float32 that was rounded to tf32 when it was stored, so that tensor cores, which cut the rest
/// off, take it as it is.
struct Tf32 {
  float value;
};

__host__ __device__ __forceinline__ float to_float(float x) {
  return x;
}
__host__ __device__ __forceinline__ float to_float(Tf32 x) {
  return x.value;
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
  if constexpr (std::is_same_v<T, Tf32>) {
    return Tf32{ToTf32::round(x)};
  } else if constexpr (std::is_same_v<T, __half>) {
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

/// Four numbers that lie side by side, aligned to their size, in one access.
template <typename T>
__device__ __forceinline__ void load_four(const T* from, float (&v)[4]) {
  if constexpr (sizeof(T) == 4) {
    const float4 loaded = load16f(from);
    v[0] = loaded.x;
    v[1] = loaded.y;
    v[2] = loaded.z;
    v[3] = loaded.w;
  } else {
    const uint2 bits = load8(from);
    const std::uint32_t pairs[2] = {bits.x, bits.y};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const auto half = static_cast<unsigned short>(pairs[i / 2] >> (i % 2 * 16));
      if constexpr (std::is_same_v<T, __half>) {
        v[i] = to_float(__ushort_as_half(half));
      } else {
        v[i] = to_float(__ushort_as_bfloat16(half));
      }
    }
  }
}
template <typename T>
__device__ __forceinline__ void store_four(T* to, const float (&v)[4]) {
  if constexpr (sizeof(T) == 4) {
    store16f(to, make_float4(to_float(from_float<T>(v[0])), to_float(from_float<T>(v[1])),
                             to_float(from_float<T>(v[2])), to_float(from_float<T>(v[3]))));
  } else {
    T packed[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) packed[i] = from_float<T>(v[i]);
    uint2 bits;
    bits.x = pack_two(packed[0], packed[1]);
    bits.y = pack_two(packed[2], packed[3]);
    store8(to, bits);
  }
}

/// Calls work with the storage type and the rounding of a precision: work(T{}, Rounding{}).
template <typename Work>
decltype(auto) with_precision(Precision precision, Work work) {
  switch (precision) {
    case Precision::kTf32:
      return work(Tf32{}, ToTf32{});
    case Precision::kFloat16:
      return work(__half{}, AsStored{});
    case Precision::kBfloat16:
      return work(__nv_bfloat16{}, AsStored{});
    default:  // kFloat32; and 3xtf32, whose products are float32's but for the last bits
      return work(float{}, AsStored{});
  }
}

/// Calls work with the type in which a tensor of so many channels is stored: work(T{}).
template <typename Work>
decltype(auto) with_storage(Precision precision, int channels, Work work) {
  return with_precision(stored_precision(precision, channels),
                        [&]<typename T>(T, auto) { return work(T{}); });
}

}  // namespace vggstyle::cuda
