#pragma once

#include "tests/simt/instructions/float_formats.h"
#include "tests/simt/instructions/vector_types.h"

/// CUDA's 16-bit floating-point types and the conversions that kernels use (cuda_fp16.h,
/// cuda_bf16.h).

struct __half {
  __half() = default;
  __half(float value) : bits(vggstyle::simt::half_bits(value)) {}
  operator float() const { return vggstyle::simt::half_value(bits); }

  unsigned short bits;
};
struct alignas(4) __half2 {
  __half x, y;
};
using half = __half;
using half2 = __half2;

struct __nv_bfloat16 {
  __nv_bfloat16() = default;
  __nv_bfloat16(float value) : bits(vggstyle::simt::bfloat_bits(value)) {}
  operator float() const { return vggstyle::simt::bfloat_value(bits); }

  unsigned short bits;
};
struct alignas(4) __nv_bfloat162 {
  __nv_bfloat16 x, y;
};

inline __half __float2half_rn(float v) {
  return {v};
}
inline __half __float2half(float v) {
  return {v};
}
inline float __half2float(__half v) {
  return v;
}
inline __half2 __floats2half2_rn(float low, float high) {
  return {low, high};
}
inline __half2 __float2half2_rn(float v) {
  return {v, v};
}
inline __half2 __float22half2_rn(float2 v) {
  return {v.x, v.y};
}
inline __half2 __halves2half2(__half low, __half high) {
  return {low, high};
}
inline float2 __half22float2(__half2 v) {
  return {v.x, v.y};
}
inline float __low2float(__half2 v) {
  return v.x;
}
inline float __high2float(__half2 v) {
  return v.y;
}
inline unsigned short __half_as_ushort(__half v) {
  return v.bits;
}
inline __half __ushort_as_half(unsigned short bits) {
  __half v;
  v.bits = bits;
  return v;
}

inline __nv_bfloat16 __float2bfloat16_rn(float v) {
  return {v};
}
inline __nv_bfloat16 __float2bfloat16(float v) {
  return {v};
}
inline float __bfloat162float(__nv_bfloat16 v) {
  return v;
}
inline __nv_bfloat162 __floats2bfloat162_rn(float low, float high) {
  return {low, high};
}
inline __nv_bfloat162 __float2bfloat162_rn(float v) {
  return {v, v};
}
inline __nv_bfloat162 __float22bfloat162_rn(float2 v) {
  return {v.x, v.y};
}
inline __nv_bfloat162 __halves2bfloat162(__nv_bfloat16 low, __nv_bfloat16 high) {
  return {low, high};
}
inline float2 __bfloat1622float2(__nv_bfloat162 v) {
  return {v.x, v.y};
}
inline float __low2float(__nv_bfloat162 v) {
  return v.x;
}
inline float __high2float(__nv_bfloat162 v) {
  return v.y;
}
inline unsigned short __bfloat16_as_ushort(__nv_bfloat16 v) {
  return v.bits;
}
inline __nv_bfloat16 __ushort_as_bfloat16(unsigned short bits) {
  __nv_bfloat16 v;
  v.bits = bits;
  return v;
}
