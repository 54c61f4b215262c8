// What performance is measured against: see CpuKernels::peak.

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"

namespace vggstyle::cpu {
namespace {

/// Two pipes of latency 4 need 8, and 12 leave room in 16 registers.
constexpr std::size_t kSums = 12;

/// So many multiply-adds of each sum.
void multiply_add(long count) {
  alignas(sizeof(Register)) Register sums[kSums];
  Register factor = splat_register(0.5F), summand = splat_register(1);
  for (std::size_t i = 0; i < kSums; ++i) sums[i] = splat_register(static_cast<float>(i));
  for (long n = 0; n < count; ++n) {
    keep_in_register(factor);  // unknown, so that nothing can be computed ahead
    keep_in_register(summand);
    for (Register& sum : sums) sum = sum * factor + summand;
  }
  Register total{};
  for (const Register& sum : sums) total += sum;
  [[maybe_unused]] volatile const float used = total[0];  // so that all this is not left out
}

}  // namespace

double peak(int threads) {
  constexpr long kCount = 1 << 20;
  constexpr int kRuns = 6;
  double least = 1e30;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int i = 0; i < threads; ++i) multiply_add(kCount);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    least = std::min(least, elapsed.count());
  }
  return 2.0 * kRegister * kSums * static_cast<double>(kCount) * threads / least;
}

}  // namespace vggstyle::cpu
