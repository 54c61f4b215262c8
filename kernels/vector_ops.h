#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "runtime/device.h"

namespace vggstyle {

/// Passes over long float32 vectors in device memory, for the optimisers. Every pass reads each
/// operand once; sums are float64 over fixed chunks added in a fixed order, so results are the same
/// bytes for any number of threads. Vectors may be equal (in place) but must not partly overlap.
/// Results that are numbers are returned to the host: each call that returns some is one small
/// read-back.
class VectorOps {
 public:
  virtual ~VectorOps() = default;

  virtual Device& device() = 0;

  /// out[i] = rows[i] . v for every row, in one pass over memory (v is read once).
  virtual void dots(std::span<const float* const> rows, const float* v, std::size_t n,
                    std::span<double> out) = 0;
  /// out = sum_i coefficients[i] * rows[i], in one pass. `out` may be one of the rows.
  virtual void combine(std::span<const float* const> rows, std::span<const double> coefficients,
                       std::size_t n, float* out) = 0;
  /// out = x + a * d.
  virtual void add_scaled(const float* x, double a, const float* d, std::size_t n, float* out) = 0;
  /// out = x, copied.
  virtual void copy(const float* x, std::size_t n, float* out) = 0;
  /// x = min(max(x, low), high).
  virtual void clamp(float* x, double low, double high, std::size_t n) = 0;
  /// Where x sits at a bound and -g points outwards, g = 0: the gradient of the free variables.
  virtual void project_gradient(const float* x, double low, double high, std::size_t n,
                                float* g) = 0;
  /// Population mean and standard deviation of x.
  struct Moments {
    double mean;
    double deviation;
  };
  virtual Moments moments(const float* x, std::size_t n) = 0;
  /// max |x_i|; NaN if any is NaN.
  virtual double max_abs(const float* x, std::size_t n) = 0;

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

/// The CPU's passes (kernels/cpu/vector_ops.cpp).
std::unique_ptr<VectorOps> make_cpu_vector_ops(Device& device);

}  // namespace vggstyle
