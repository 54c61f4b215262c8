#pragma once

#include <vector>

#include "kernels/vector_ops.h"
#include "runtime/ranks/ranks.h"

namespace vggstyle {

/// The passes over vectors that ranks share, each having a part of every one: element by element each rank does its own;
/// products, maxima and moments are those of all, on every rank, added in the order of ranks. So an optimiser
/// that knows nothing of ranks takes the same decisions on each.
class SharedVectorOps final : public VectorOps {
 public:
  /// `own` does this rank's part.
  SharedVectorOps(Ranks& ranks, VectorOps& own) : ranks_(ranks), own_(own) {}

  Device& device() override { return own_.device(); }
  void dots(std::span<const float* const> rows, std::span<const float* const> columns,
            std::size_t n, std::span<double> out) override;
  void combine(std::span<const float* const> rows, std::span<const double> coefficients,
               std::size_t n, float* out) override {
    own_.combine(rows, coefficients, n, out);
  }
  void add_scaled(const float* x, double a, const float* d, std::size_t n, float* out) override {
    own_.add_scaled(x, a, d, n, out);
  }
  void copy(const float* x, std::size_t n, float* out) override { own_.copy(x, n, out); }
  void clamp(float* x, double low, double high, std::size_t n) override {
    own_.clamp(x, low, high, n);
  }
  void mask_bound(const float* x, const float* g, double low, double high, std::size_t n,
                  float* v) override {
    own_.mask_bound(x, g, low, high, n, v);
  }
  Moments moments(const float* x, std::size_t n) override;
  void max_abs(const float* x, std::size_t n, double& out) override;
  void read_back() override;
  void adam(const AdamStep& step, const float* g, std::size_t n, float* x, float* m,
            float* v) override {
    own_.adam(step, g, n, x, m, v);
  }

 private:
  Ranks& ranks_;
  VectorOps& own_;
  std::vector<double*> sums_, maxima_;  ///< asked for since the last read_back()
};

}  // namespace vggstyle
