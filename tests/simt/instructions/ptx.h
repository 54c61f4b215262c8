#pragma once

/// The functions of kernels/cuda/device/ptx.h for the host compiler. What each does stands there; how, in
/// warp_matrix.cpp and async_copy.cpp.

#include <cstdint>

#include "tests/simt/instructions/device_code.h"

namespace vggstyle::cuda {

__forceinline__ std::uint32_t shared_address(const void* shared) {
  return simt::shared_address(shared);
}

__forceinline__ uint4 load16(const void* p) {
  return simt::load16(p);
}
__forceinline__ float4 load16f(const void* p) {
  return simt::load16f(p);
}
__forceinline__ void store16(void* p, uint4 v) {
  simt::store16(p, v);
}
__forceinline__ void store16f(void* p, float4 v) {
  simt::store16f(p, v);
}
__forceinline__ uint2 load8(const void* p) {
  return simt::load8(p);
}
__forceinline__ void store8(void* p, uint2 v) {
  simt::store8(p, v);
}

__forceinline__ void ldmatrix_x1(std::uint32_t (&r)[1], const void* row) {
  r[0] = simt::ldmatrix(1, false, row).x;
}
__forceinline__ void ldmatrix_x1_trans(std::uint32_t (&r)[1], const void* row) {
  r[0] = simt::ldmatrix(1, true, row).x;
}
__forceinline__ void ldmatrix_x2(std::uint32_t (&r)[2], const void* row) {
  const uint4 v = simt::ldmatrix(2, false, row);
  r[0] = v.x, r[1] = v.y;
}
__forceinline__ void ldmatrix_x2_trans(std::uint32_t (&r)[2], const void* row) {
  const uint4 v = simt::ldmatrix(2, true, row);
  r[0] = v.x, r[1] = v.y;
}
__forceinline__ void ldmatrix_x4(std::uint32_t (&r)[4], const void* row) {
  const uint4 v = simt::ldmatrix(4, false, row);
  r[0] = v.x, r[1] = v.y, r[2] = v.z, r[3] = v.w;
}
__forceinline__ void ldmatrix_x4_trans(std::uint32_t (&r)[4], const void* row) {
  const uint4 v = simt::ldmatrix(4, true, row);
  r[0] = v.x, r[1] = v.y, r[2] = v.z, r[3] = v.w;
}

__forceinline__ void mma_m16n8k16_f16(float (&d)[4], const std::uint32_t (&a)[4],
                                      const std::uint32_t (&b)[2]) {
  const simt::MmaResult r =
      simt::mma_f16(d[0], d[1], d[2], d[3], a[0], a[1], a[2], a[3], b[0], b[1]);
  d[0] = r.d[0], d[1] = r.d[1], d[2] = r.d[2], d[3] = r.d[3];
}
__forceinline__ void mma_m16n8k16_bf16(float (&d)[4], const std::uint32_t (&a)[4],
                                       const std::uint32_t (&b)[2]) {
  const simt::MmaResult r =
      simt::mma_bf16(d[0], d[1], d[2], d[3], a[0], a[1], a[2], a[3], b[0], b[1]);
  d[0] = r.d[0], d[1] = r.d[1], d[2] = r.d[2], d[3] = r.d[3];
}
__forceinline__ void mma_m16n8k8_tf32(float (&d)[4], const std::uint32_t (&a)[4],
                                      const std::uint32_t (&b)[2]) {
  const simt::MmaResult r =
      simt::mma_tf32(d[0], d[1], d[2], d[3], a[0], a[1], a[2], a[3], b[0], b[1]);
  d[0] = r.d[0], d[1] = r.d[1], d[2] = r.d[2], d[3] = r.d[3];
}
__forceinline__ std::uint32_t to_tf32(float x) {
  return simt::rounded_tf32(x);
}

template <int Bytes>
__forceinline__ void cp_async(void* shared, const void* global, int valid) {
  static_assert(Bytes == 4 || Bytes == 8 || Bytes == 16);
  simt::cp_async(Bytes, shared, global, valid);
}
__forceinline__ void cp_async_commit() {
  simt::cp_async_commit();
}
template <int Pending>
__forceinline__ void cp_async_wait() {
  simt::cp_async_wait(Pending);
}

}  // namespace vggstyle::cuda
