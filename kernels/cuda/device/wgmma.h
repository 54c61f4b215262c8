#pragma once

/// The matrix instructions of a warpgroup (4 warps, 128 threads), for GPUs of capability 9.0 and no
/// others: compiled for sm_90a. Semantics: PTX ISA 8.x, "Asynchronous warpgroup-level matrix
/// instructions". The SIMT harness has the same functions (tests/simt/instructions/wgmma.h).

#include <cstdint>

#include "kernels/cuda/device/ptx.h"

namespace vggstyle::cuda {

/// Threads of a warpgroup.
constexpr int kWarpgroup = 128;

/// Where an operand lies in shared memory, without a swizzle: blocks of 8 rows (positions of A,
/// output channels of B) x 16 bytes of K, each 128 bytes in a row. `k_stride` bytes from a block to
/// the one beside it along K, `row_stride` to the next 8 rows; all are multiples of 16.
__device__ __forceinline__ std::uint64_t matrix_descriptor(const void* shared, int k_stride,
                                                           int row_stride) {
#ifndef __CUDACC__
  simt::check_descriptor(shared, k_stride, row_stride);
#endif
  return (shared_address(shared) & 0x3FFFFU) >> 4U |
         static_cast<std::uint64_t>(k_stride / 16) << 16U |
         static_cast<std::uint64_t>(row_stride / 16) << 32U;
}

/// The same, `bytes` further on, a multiple of 16 that stays within shared memory.
__device__ __forceinline__ std::uint64_t descriptor_at(std::uint64_t descriptor, int bytes) {
  return descriptor + static_cast<std::uint64_t>(bytes / 16);
}

}  // namespace vggstyle::cuda

#ifdef __CUDACC__

namespace vggstyle::cuda {

/// Before the first wgmma, and again when sums were touched in between: orders registers.
__device__ __forceinline__ void wgmma_fence() {
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
#endif
}
/// Closes the group of all wgmma since the last commit.
__device__ __forceinline__ void wgmma_commit() {
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
#endif
}
/// Waits until at most the `Pending` latest groups of this warpgroup are under way. Until its group
/// has been waited for, a product may read its operands, and its sums must not be touched.
template <int Pending>
__device__ __forceinline__ void wgmma_wait() {
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(Pending) : "memory");
#endif
}
/// Makes what this thread wrote to shared memory (also by cp.async that it has waited for) visible
/// to wgmma, which reads by another way than loads do. Then a barrier, for what others wrote.
__device__ __forceinline__ void fence_proxy_async() {
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
#endif
}
/// Keeps the compiler from moving accesses to sums across this place.
template <int N>
__device__ __forceinline__ void fence_sums(float (&d)[N]) {
#pragma unroll
  for (int i = 0; i < N; ++i) asm volatile("" : "+f"(d[i])::"memory");
}

// d += A B, float32 sums: A is 64 x 32 bytes of K, B is N x 32 bytes of K (16 16-bit elements, or 8
// tf32 ones, whose low 13 bits are ignored). Warp w of the warpgroup holds rows 16 w to 16 w + 15:
// lane l has, for each j < N / 8, d[4 j] and d[4 j + 1] of row l / 4, columns 8 j + 2 (l % 4) and
// + 1, and d[4 j + 2], d[4 j + 3] of the row 8 further down.
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define VGGSTYLE_WGMMA(REGISTERS, A, B, SHAPE, TAIL, ...)                                    \
  asm volatile("{.reg .pred p;\n setp.eq.u32 p, 0, 0;\n wgmma.mma_async.sync.aligned." SHAPE \
               " {" REGISTERS "}, " A ", " B ", p, 1, 1" TAIL ";}"                           \
               : __VA_ARGS__                                                                 \
               : "l"(a), "l"(b))
#else
#define VGGSTYLE_WGMMA(...) no_such_instruction()
#endif
#define VGGSTYLE_D8(i)                                                                        \
  "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3]), "+f"(d[i + 4]), "+f"(d[i + 5]), \
      "+f"(d[i + 6]), "+f"(d[i + 7])
#define VGGSTYLE_D32(i) VGGSTYLE_D8(i), VGGSTYLE_D8(i + 8), VGGSTYLE_D8(i + 16), VGGSTYLE_D8(i + 24)
#define VGGSTYLE_REGISTERS_32                                              \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, " \
  "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define VGGSTYLE_REGISTERS_64                                                        \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "           \
  "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, " \
  "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, " \
  "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"

__device__ __forceinline__ void wgmma_f16(float (&d)[32], std::uint64_t a, std::uint64_t b) {
  VGGSTYLE_WGMMA(VGGSTYLE_REGISTERS_32, "%32", "%33", "m64n64k16.f32.f16.f16", ", 0, 0",
                 VGGSTYLE_D32(0));
}
__device__ __forceinline__ void wgmma_f16(float (&d)[64], std::uint64_t a, std::uint64_t b) {
  VGGSTYLE_WGMMA(VGGSTYLE_REGISTERS_64, "%64", "%65", "m64n128k16.f32.f16.f16", ", 0, 0",
                 VGGSTYLE_D32(0), VGGSTYLE_D32(32));
}
__device__ __forceinline__ void wgmma_bf16(float (&d)[32], std::uint64_t a, std::uint64_t b) {
  VGGSTYLE_WGMMA(VGGSTYLE_REGISTERS_32, "%32", "%33", "m64n64k16.f32.bf16.bf16", ", 0, 0",
                 VGGSTYLE_D32(0));
}
__device__ __forceinline__ void wgmma_bf16(float (&d)[64], std::uint64_t a, std::uint64_t b) {
  VGGSTYLE_WGMMA(VGGSTYLE_REGISTERS_64, "%64", "%65", "m64n128k16.f32.bf16.bf16", ", 0, 0",
                 VGGSTYLE_D32(0), VGGSTYLE_D32(32));
}
__device__ __forceinline__ void wgmma_tf32(float (&d)[32], std::uint64_t a, std::uint64_t b) {
  VGGSTYLE_WGMMA(VGGSTYLE_REGISTERS_32, "%32", "%33", "m64n64k8.f32.tf32.tf32", "",
                 VGGSTYLE_D32(0));
}
__device__ __forceinline__ void wgmma_tf32(float (&d)[64], std::uint64_t a, std::uint64_t b) {
  VGGSTYLE_WGMMA(VGGSTYLE_REGISTERS_64, "%64", "%65", "m64n128k8.f32.tf32.tf32", "",
                 VGGSTYLE_D32(0), VGGSTYLE_D32(32));
}
#undef VGGSTYLE_WGMMA
#undef VGGSTYLE_D8
#undef VGGSTYLE_D32
#undef VGGSTYLE_REGISTERS_32
#undef VGGSTYLE_REGISTERS_64

}  // namespace vggstyle::cuda

#else
#include "simt/instructions/wgmma.h"
#endif
