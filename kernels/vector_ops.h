#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "runtime/device.h"

namespace vggstyle {

/// Passes over long float32 vectors in device memory, for the optimisers. Every pass reads each
/// operand once; sums are float64 over fixed chunks added in a fixed order, so results are the same
/// bytes for any number of threads. Vectors may be equal (in place) but must not partly overlap.
/// Products and maxima are asked for, and are there after the next read_back(): however many were
/// asked for, the host waits once.
class VectorOps {
 public:
  virtual ~VectorOps() = default;

  virtual Device& device() = 0;

  /// out[r * columns.size() + c] = rows[r] . columns[c], in one pass over memory for three
  /// columns; `out` is written until the next read_back() returns. Rows and columns may share
  /// vectors.
  virtual void dots(std::span<const float* const> rows, std::span<const float* const> columns,
                    std::size_t n, std::span<double> out) = 0;
  /// out = sum_i coefficients[i] * rows[i], for at least one row, in float64; in one pass for up to
  /// 64 rows, and beyond them rounded to float32 from pass to pass. `out` may be one of the rows.
  virtual void combine(std::span<const float* const> rows, std::span<const double> coefficients,
                       std::size_t n, float* out) = 0;
  /// out = x + a * d.
  virtual void add_scaled(const float* x, double a, const float* d, std::size_t n, float* out) = 0;
  /// out = x, copied.
  virtual void copy(const float* x, std::size_t n, float* out) = 0;
  /// x = min(max(x, low), high); NaN stays NaN.
  virtual void clamp(float* x, double low, double high, std::size_t n) = 0;
  /// v = 0 where x sits at (or beyond) a bound and -g points outwards. With v = g it leaves the
  /// gradient of the free variables; with another v, a direction among them. `v` may be `g`.
  virtual void mask_bound(const float* x, const float* g, double low, double high, std::size_t n,
                          float* v) = 0;
  /// Population mean and standard deviation of x; both 0 for n = 0.
  struct Moments {
    double mean;
    double deviation;
  };
  virtual Moments moments(const float* x, std::size_t n) = 0;
  /// out = max |x_i|; NaN if any is NaN; 0 for n = 0. Written until the next read_back() returns.
  virtual void max_abs(const float* x, std::size_t n, double& out) = 0;
  /// Waits until all that was asked for has been written.
  virtual void read_back() = 0;

  /// One Adam step (Kingma and Ba 2015, algorithm 1), in place on x and both moment vectors:
  /// m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; x -= rate * m / (1 - b1^t) / (sqrt(v / (1 - b2^t))
  /// + epsilon).
  struct AdamStep {
    double rate, beta1, beta2, epsilon;
    int t;  ///< counted from 1
  };
  virtual void adam(const AdamStep& step, const float* g, std::size_t n, float* x, float* m,
                    float* v) = 0;
};

/// The CPU's passes (kernels/cpu/vector_ops.cpp), as best_cpu_kernels() has them.
std::unique_ptr<VectorOps> make_cpu_vector_ops(Device& device);

}  // namespace vggstyle
