#pragma once

/// The instructions that CUDA C++ has no word for, one function each, named after them. Semantics:
/// PTX ISA 8.x, sections "Data Movement: ldmatrix, cp.async" and "Warp-level matrix instructions".
/// The SIMT harness has the same functions with the same signatures (tests/simt/instructions/ptx.h).

#include "kernels/cuda/device/device_code.h"

#ifdef __CUDACC__

#include <cstdint>
#include <type_traits>

namespace vggstyle::cuda {

__device__ __forceinline__ std::uint32_t shared_address(const void* shared) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(shared));
}

/// One 16-byte access; `p` is aligned to 16 bytes.
__device__ __forceinline__ uint4 load16(const void* p) {
  return *static_cast<const uint4*>(p);
}
__device__ __forceinline__ float4 load16f(const void* p) {
  return *static_cast<const float4*>(p);
}
__device__ __forceinline__ void store16(void* p, uint4 v) {
  *static_cast<uint4*>(p) = v;
}
__device__ __forceinline__ void store16f(void* p, float4 v) {
  *static_cast<float4*>(p) = v;
}
/// One 8-byte access; `p` is aligned to 8 bytes.
__device__ __forceinline__ uint2 load8(const void* p) {
  return *static_cast<const uint2*>(p);
}
__device__ __forceinline__ void store8(void* p, uint2 v) {
  *static_cast<uint2*>(p) = v;
}

/// ldmatrix: x1, x2 or x4 8x8 matrices of 16-bit elements. Lane 8 i + r of the warp gives the
/// address of row r of matrix i (16 bytes, aligned to 16); lane l gets of matrix i the two elements
/// (row l / 4, columns 2 (l % 4) and + 1) in r[i], the lower column in the lower half. With `trans`
/// rows and columns of the result are swapped. All 32 lanes take part.
__device__ __forceinline__ void ldmatrix_x1(std::uint32_t (&r)[1], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];"
               : "=r"(r[0])
               : "r"(shared_address(row))
               : "memory");
}
__device__ __forceinline__ void ldmatrix_x2(std::uint32_t (&r)[2], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];"
               : "=r"(r[0]), "=r"(r[1])
               : "r"(shared_address(row))
               : "memory");
}
__device__ __forceinline__ void ldmatrix_x4(std::uint32_t (&r)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}
__device__ __forceinline__ void ldmatrix_x1_trans(std::uint32_t (&r)[1], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%0}, [%1];"
               : "=r"(r[0])
               : "r"(shared_address(row))
               : "memory");
}
__device__ __forceinline__ void ldmatrix_x2_trans(std::uint32_t (&r)[2], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
               : "=r"(r[0]), "=r"(r[1])
               : "r"(shared_address(row))
               : "memory");
}
__device__ __forceinline__ void ldmatrix_x4_trans(std::uint32_t (&r)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}

/// What follows came with capability 8.0. Programs for older GPUs contain these functions too, but
/// the backend offers no precision there that would call them.
__device__ __forceinline__ void no_such_instruction() {
  __trap();
}

/// mma.sync: d += A B on tensor cores, float32 sums. A is 16 x K row-major, B is K x 8
/// column-major, d is 16 x 8; K is 16 for the 16-bit types (two to a register, lower index in the
/// lower half) and 8 for tf32 (float32 registers, of which the low 13 bits are ignored).
__device__ __forceinline__ void mma_m16n8k16_f16(float (&d)[4], const std::uint32_t (&a)[4],
                                                 const std::uint32_t (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  no_such_instruction();
#endif
}
__device__ __forceinline__ void mma_m16n8k16_bf16(float (&d)[4], const std::uint32_t (&a)[4],
                                                  const std::uint32_t (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  no_such_instruction();
#endif
}
__device__ __forceinline__ void mma_m16n8k8_tf32(float (&d)[4], const std::uint32_t (&a)[4],
                                                 const std::uint32_t (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  no_such_instruction();
#endif
}
/// x rounded to tf32 (to nearest, ties away from zero), as the bits of a float32.
__device__ __forceinline__ std::uint32_t to_tf32(float x) {
#if __CUDA_ARCH__ >= 800
  std::uint32_t bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
  return bits;
#else
  no_such_instruction();
  return __float_as_uint(x);
#endif
}

/// cp.async: `Bytes` (4, 8 or 16) from global to shared memory, not through registers, of which
/// only the first `valid` (0..Bytes) are read and the rest written as zero. Both addresses are
/// aligned to Bytes. The bytes may be read after cp_async_wait and, by other threads, a barrier.
template <int Bytes>
__device__ __forceinline__ void cp_async(void* shared, const void* global, int valid) {
  static_assert(Bytes == 4 || Bytes == 8 || Bytes == 16);
#if __CUDA_ARCH__ >= 800
  if constexpr (Bytes == 16) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(shared)),
                 "l"(global), "r"(valid)
                 : "memory");
  } else {
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(shared_address(shared)),
                 "l"(global), "n"(Bytes), "r"(valid)
                 : "memory");
  }
#else
  // Through registers, and done at once.
  using Word =
      std::conditional_t<Bytes == 4, unsigned, std::conditional_t<Bytes == 8, uint2, uint4> >;
  if (valid == Bytes) {
    *static_cast<Word*>(shared) = *static_cast<const Word*>(global);
    return;
  }
  auto* to = static_cast<char*>(shared);
  for (int i = 0; i < Bytes; ++i) to[i] = i < valid ? static_cast<const char*>(global)[i] : '\0';
#endif
}
/// Closes the group of all copies that this thread issued since the last commit.
__device__ __forceinline__ void cp_async_commit() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}
/// Waits until at most the `Pending` latest groups of this thread are still under way.
template <int Pending>
__device__ __forceinline__ void cp_async_wait() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;" ::"n"(Pending) : "memory");
#endif
}

}  // namespace vggstyle::cuda

#else
#include "simt/instructions/ptx.h"
#endif
