#include "kernels/vector_ops.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/cpu/ops.h"

// Sanitizers keep clang from vectorising, of which it would complain at every simd loop.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

namespace vggstyle::cpu {
namespace {

/// A vector is cut into at most 256 pieces, each a whole number of blocks: a choice by n alone, so
/// that sums do not depend on threads. A block of three vectors fits the first-level cache.
constexpr std::size_t kBlock = 2048;
constexpr std::size_t kMaxPieces = 256;

struct Pieces {
  explicit Pieces(std::size_t n) : n(n) {
    const std::size_t blocks = (n + kBlock - 1) / kBlock;
    const std::size_t blocks_each =
        std::max<std::size_t>(1, (blocks + kMaxPieces - 1) / kMaxPieces);
    size = blocks_each * kBlock;
    count = (n + size - 1) / size;
  }
  std::size_t n, size, count;
};

/// work(piece, begin, end) for every piece, in parallel.
template <typename Work>
void for_pieces(const Pieces& pieces, int threads, Work work) {
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::size_t i = 0; i < pieces.count; ++i) {
    work(i, i * pieces.size, std::min(pieces.n, (i + 1) * pieces.size));
  }
}

/// work(i) for every element, in parallel and vectorised.
template <typename Work>
void for_elements(std::size_t n, int threads, Work work) {
  for_pieces(Pieces(n), threads, [&](std::size_t, std::size_t begin, std::size_t end) {
#pragma omp simd
    for (std::size_t i = begin; i < end; ++i) work(i);
  });
}

double block_dot(const float* a, const float* b, std::size_t n) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

class CpuVectorOps final : public VectorOps {
 public:
  explicit CpuVectorOps(Device& device) : device_(device), threads_(device.threads()) {}

  Device& device() override { return device_; }

  void dots(std::span<const float* const> rows, std::span<const float* const> columns,
            std::size_t n, std::span<double> out) override {
    const Pieces pieces(n);
    const std::size_t entries = rows.size() * columns.size();
    std::vector<double> parts(pieces.count * entries, 0.0);
    for_pieces(pieces, threads_, [&](std::size_t piece, std::size_t begin, std::size_t end) {
      double* const part = parts.data() + piece * entries;
      for (std::size_t i = begin; i < end; i += kBlock) {
        const std::size_t length = std::min(kBlock, end - i);
        for (std::size_t r = 0; r < rows.size(); ++r) {
          for (std::size_t c = 0; c < columns.size(); ++c) {
            part[r * columns.size() + c] += block_dot(rows[r] + i, columns[c] + i, length);
          }
        }
      }
    });
    for (std::size_t e = 0; e < entries; ++e) {
      double sum = 0;
      for (std::size_t piece = 0; piece < pieces.count; ++piece) sum += parts[piece * entries + e];
      out[e] = sum;
    }
  }

  void combine(std::span<const float* const> rows, std::span<const double> coefficients,
               std::size_t n, float* out) override {
    for_pieces(Pieces(n), threads_, [&](std::size_t, std::size_t begin, std::size_t end) {
      double sums[kBlock];
      for (std::size_t start = begin; start < end; start += kBlock) {
        const std::size_t length = std::min(kBlock, end - start);
        std::fill_n(sums, length, 0.0);
        for (std::size_t r = 0; r < rows.size(); ++r) {
          const float* const row = rows[r] + start;
          const double coefficient = coefficients[r];
#pragma omp simd
          for (std::size_t i = 0; i < length; ++i) {
            sums[i] += coefficient * static_cast<double>(row[i]);
          }
        }
#pragma omp simd
        for (std::size_t i = 0; i < length; ++i) out[start + i] = static_cast<float>(sums[i]);
      }
    });
  }

  void add_scaled(const float* x, double a, const float* d, std::size_t n, float* out) override {
    for_elements(n, threads_, [=](std::size_t i) {
      out[i] = static_cast<float>(static_cast<double>(x[i]) + a * static_cast<double>(d[i]));
    });
  }

  void copy(const float* x, std::size_t n, float* out) override {
    for_elements(n, threads_, [=](std::size_t i) { out[i] = x[i]; });
  }

  void clamp(float* x, double low, double high, std::size_t n) override {
    const float least = static_cast<float>(low), most = static_cast<float>(high);
    for_elements(n, threads_, [=](std::size_t i) {
      const float raised = x[i] < least ? least : x[i];
      x[i] = raised > most ? most : raised;
    });
  }

  void mask_bound(const float* x, const float* g, double low, double high, std::size_t n,
                  float* v) override {
    const float least = static_cast<float>(low), most = static_cast<float>(high);
    for_elements(n, threads_, [=](std::size_t i) {
      const bool bound = (x[i] <= least && g[i] > 0) || (x[i] >= most && g[i] < 0);
      v[i] = bound ? 0.0f : v[i];
    });
  }

  Moments moments(const float* x, std::size_t n) override {
    if (n == 0) return {0, 0};
    const auto count = static_cast<double>(n);
    const double mean = sum(n, [=](std::size_t i) { return static_cast<double>(x[i]); }) / count;
    // A second pass: the mean square less the squared mean cancels where the mean is large.
    const double squares = sum(n, [=](std::size_t i) {
      const double difference = static_cast<double>(x[i]) - mean;
      return difference * difference;
    });
    return {mean, std::sqrt(squares / count)};
  }

  void max_abs(const float* x, std::size_t n, double& out) override {
    const Pieces pieces(n);
    std::vector<float> parts(pieces.count);
    for_pieces(pieces, threads_, [&](std::size_t piece, std::size_t begin, std::size_t end) {
      float most = 0;
      int nans = 0;
#pragma omp simd reduction(max : most) reduction(+ : nans)
      for (std::size_t i = begin; i < end; ++i) {
        const float size = std::fabs(x[i]);
        most = size > most ? size : most;
        nans += size != size ? 1 : 0;
      }
      parts[piece] = nans > 0 ? std::numeric_limits<float>::quiet_NaN() : most;
    });
    out = 0;
    for (const float part : parts) {
      if (std::isnan(part) || std::isnan(out)) {
        out = std::numeric_limits<double>::quiet_NaN();
      } else {
        out = std::max(out, static_cast<double>(part));
      }
    }
  }

  void read_back() override {}  // everything has been written

  void adam(const AdamStep& step, const float* g, std::size_t n, float* x, float* m,
            float* v) override {
    const double b1 = step.beta1, b2 = step.beta2, epsilon = step.epsilon;
    const double rate = step.rate / (1 - std::pow(b1, step.t));
    const double unbias = 1 / (1 - std::pow(b2, step.t));
    for_elements(n, threads_, [=](std::size_t i) {
      const auto gradient = static_cast<double>(g[i]);
      const double first = b1 * static_cast<double>(m[i]) + (1 - b1) * gradient;
      const double second = b2 * static_cast<double>(v[i]) + (1 - b2) * gradient * gradient;
      m[i] = static_cast<float>(first);
      v[i] = static_cast<float>(second);
      x[i] = static_cast<float>(static_cast<double>(x[i]) -
                                rate * first / (std::sqrt(second * unbias) + epsilon));
    });
  }

 private:
  /// The float64 sum of term(i), added piece by piece in order.
  template <typename Term>
  double sum(std::size_t n, Term term) {
    const Pieces pieces(n);
    std::vector<double> parts(pieces.count);
    for_pieces(pieces, threads_, [&](std::size_t piece, std::size_t begin, std::size_t end) {
      double part = 0;
#pragma omp simd reduction(+ : part)
      for (std::size_t i = begin; i < end; ++i) part += term(i);
      parts[piece] = part;
    });
    double total = 0;
    for (const double part : parts) total += part;
    return total;
  }

  Device& device_;
  int threads_;
};

}  // namespace

std::unique_ptr<VectorOps> make_vector_ops(Device& device) {
  return std::make_unique<CpuVectorOps>(device);
}

}  // namespace vggstyle::cpu
