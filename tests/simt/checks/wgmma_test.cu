#include <doctest/doctest.h>

#include <random>
#include <string>

#include "kernels/cuda/device/block_sum.h"
#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/device/wgmma.h"
#include "tests/simt/checks/test_kernels.h"

/// wgmma as the harness has it: the product against float64, and each rule of its protocol.
namespace vggstyle::cuda {
namespace {

using simt::ErrorKind;
using simt::uploaded;

constexpr int kRowBytes = 32;    // of K
constexpr int kRows = 64;        // of A
constexpr int kBlockBytes = 16;  // of K, in a block of 8 rows

/// What a kernel gets wrong.
enum class Defect {
  kNone,
  kNoProxyFence,
  kNoFence,
  kChangesUnderWay,
  kNoCommit,
  kOverwrites,
  kDifferentWarps,
};

template <int N>
struct Operands {
  unsigned char a[kRows * kRowBytes];
  unsigned char b[N * kRowBytes];
};

/// Rows of 32 bytes to blocks of 8 rows x 16 bytes, K-blocks side by side.
template <int Rows>
__device__ void copy_blocks(const unsigned char* from, unsigned char* to) {
  for (int i = static_cast<int>(threadIdx.x); i < Rows * 2; i += kWarpgroup) {
    const int row = i / 2, block = i % 2;
    cp_async<kBlockBytes>(to + block * Rows * kBlockBytes + row * kBlockBytes,
                          from + i * kBlockBytes, kBlockBytes);
  }
}

template <typename Issue, int N>
__global__ void product(Issue issue, Defect defect, const unsigned char* a, const unsigned char* b,
                        float* out) {
  auto& shared = dynamic_shared<Operands<N>>();
  copy_blocks<kRows>(a, shared.a);
  copy_blocks<N>(b, shared.b);
  cp_async_commit();
  cp_async_wait<0>();
  if (defect != Defect::kNoProxyFence) fence_proxy_async();
  __syncthreads();
  float d[N / 2] = {};
  if (defect != Defect::kNoFence) wgmma_fence();
  const bool odd = defect == Defect::kDifferentWarps && threadIdx.x >= 64;
  const std::uint64_t a_at =
      matrix_descriptor(shared.a, kRows * kBlockBytes, 8 * kBlockBytes * (odd ? 2 : 1));
  const std::uint64_t b_at = matrix_descriptor(shared.b, N * kBlockBytes, 8 * kBlockBytes);
  issue(d, a_at, b_at);
  if (defect == Defect::kChangesUnderWay) d[1] = 1;
  if (defect != Defect::kNoCommit) wgmma_commit();
  if (defect == Defect::kOverwrites) shared.a[threadIdx.x] = 0;
  wgmma_wait<0>();
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  for (int i = 0; i < N / 2; ++i) {
    const int row = 16 * warp + lane / 4 + i / 2 % 2 * 8, column = i / 4 * 8 + lane % 4 * 2 + i % 2;
    out[row * N + column] = d[i];
  }
}

struct IssueF16 {
  using Element = __half;
  template <int N>
  __device__ void operator()(float (&d)[N], std::uint64_t a, std::uint64_t b) const {
    wgmma_f16(d, a, b);
  }
};
struct IssueBf16 {
  using Element = __nv_bfloat16;
  template <int N>
  __device__ void operator()(float (&d)[N], std::uint64_t a, std::uint64_t b) const {
    wgmma_bf16(d, a, b);
  }
};
struct IssueTf32 {
  using Element = float;
  template <int N>
  __device__ void operator()(float (&d)[N], std::uint64_t a, std::uint64_t b) const {
    wgmma_tf32(d, a, b);
  }
};

std::unique_ptr<GpuDevice> make_device(int capability, std::uint64_t seed = 1) {
  return simt::make_simt_device({.limits = simt::limits_of(capability), .seed = seed});
}

/// rows x 32 bytes of small fractions that every type holds.
template <typename T>
std::vector<T> matrix(int rows, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> values;
  for (int i = 0; i < rows * kRowBytes / static_cast<int>(sizeof(T)); ++i) {
    values.push_back(from_float<T>(static_cast<float>(static_cast<int>(random() % 65) - 32) / 16));
  }
  return values;
}

template <typename Issue, int N>
std::vector<float> run(GpuDevice& device, const std::vector<typename Issue::Element>& a,
                       const std::vector<typename Issue::Element>& b, Defect defect) {
  const Buffer a_memory = uploaded(device, a), b_memory = uploaded(device, b);
  const Buffer out(device, kRows * N * sizeof(float));
  launch(device, "product", product<Issue, N>, {1, kWarpgroup, sizeof(Operands<N>)}, Issue{},
         defect, a_memory.as<unsigned char>(), b_memory.as<unsigned char>(), out.as<float>());
  return simt::downloaded<float>(device, out);
}

template <typename Issue, int N>
void check_product() {
  using T = typename Issue::Element;
  constexpr int kDepth = kRowBytes / static_cast<int>(sizeof(T));
  const std::vector<T> a = matrix<T>(kRows, 1), b = matrix<T>(N, 2);
  for (const std::uint64_t seed : {1U, 2U}) {
    const auto device = make_device(90, seed);
    const std::vector<float> out = run<Issue, N>(*device, a, b, Defect::kNone);
    int wrong = 0;
    for (int i = 0; i < kRows; ++i) {
      for (int j = 0; j < N; ++j) {
        double sum = 0;
        for (int k = 0; k < kDepth; ++k) {
          sum += static_cast<double>(to_float(a[static_cast<std::size_t>(i * kDepth + k)])) *
                 static_cast<double>(to_float(b[static_cast<std::size_t>(j * kDepth + k)]));
        }
        wrong += static_cast<double>(out[static_cast<std::size_t>(i * N + j)]) != sum ? 1 : 0;
      }
    }
    CHECK(wrong == 0);
  }
}

void check_defect(Defect defect, ErrorKind kind, const std::string& words) {
  const std::vector<__half> a = matrix<__half>(kRows, 1), b = matrix<__half>(64, 2);
  const auto device = make_device(90);
  try {
    run<IssueF16, 64>(*device, a, b, defect);
    FAIL_CHECK("no error");
  } catch (const simt::Error& error) {
    const std::string message = error.what();
    CHECK_MESSAGE(error.kind() == kind, message);
    CHECK_MESSAGE(message.find(words) != std::string::npos, message);
  }
}

}  // namespace

TEST_CASE("wgmma: every type and width against float64") {
  check_product<IssueF16, 64>();
  check_product<IssueF16, 128>();
  check_product<IssueBf16, 64>();
  check_product<IssueBf16, 128>();
  check_product<IssueTf32, 64>();
  check_product<IssueTf32, 128>();
}

TEST_CASE("wgmma: each rule of its protocol") {
  check_defect(Defect::kNoProxyFence, ErrorKind::kAsyncPending, "no fence.proxy.async");
  check_defect(Defect::kNoFence, ErrorKind::kAsyncPending, "no wgmma.fence");
  check_defect(Defect::kChangesUnderWay, ErrorKind::kAsyncPending, "were changed");
  check_defect(Defect::kOverwrites, ErrorKind::kSharedRace, "");
  check_defect(Defect::kDifferentWarps, ErrorKind::kWarpMismatch, "different wgmma");
}

TEST_CASE("wgmma: sums that were read too early, or whose group was never closed, are NaN") {
  const std::vector<__half> a = matrix<__half>(kRows, 1), b = matrix<__half>(64, 2);
  const auto device = make_device(90);
  const std::vector<float> out = run<IssueF16, 64>(*device, a, b, Defect::kNoCommit);
  CHECK(std::isnan(out[0]));
}

TEST_CASE("wgmma: other cards do not have it") {
  const std::vector<__half> a = matrix<__half>(kRows, 1), b = matrix<__half>(64, 2);
  for (const int capability : {80, 120}) {
    const auto device = make_device(capability);
    CHECK_THROWS_WITH_AS((run<IssueF16, 64>(*device, a, b, Defect::kNone)),
                         doctest::Contains("capability 9.0"), simt::Error);
  }
}

}  // namespace vggstyle::cuda
