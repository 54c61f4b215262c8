#pragma once

/// The functions of kernels/cuda/device/wgmma.h for the host compiler. What each does stands there; how,
/// in wgmma.cpp.

#include <cstdint>

#include "simt/instructions/device_code.h"

namespace vggstyle::cuda {

__forceinline__ void wgmma_fence() {
  simt::wgmma_fence();
}
__forceinline__ void wgmma_commit() {
  simt::wgmma_commit();
}
template <int Pending>
__forceinline__ void wgmma_wait() {
  simt::wgmma_wait(Pending);
}
__forceinline__ void fence_proxy_async() {
  simt::fence_proxy_async();
}
template <int N>
__forceinline__ void fence_sums(float (&d)[N]) {
  simt::fence_sums(d);
}

template <int N>
__forceinline__ void wgmma_f16(float (&d)[N], std::uint64_t a, std::uint64_t b) {
  simt::wgmma(simt::WgmmaKind::kF16, 2 * N, d, a, b);
}
template <int N>
__forceinline__ void wgmma_bf16(float (&d)[N], std::uint64_t a, std::uint64_t b) {
  simt::wgmma(simt::WgmmaKind::kBf16, 2 * N, d, a, b);
}
template <int N>
__forceinline__ void wgmma_tf32(float (&d)[N], std::uint64_t a, std::uint64_t b) {
  simt::wgmma(simt::WgmmaKind::kTf32, 2 * N, d, a, b);
}

}  // namespace vggstyle::cuda
