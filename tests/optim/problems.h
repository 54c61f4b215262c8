#pragma once

#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "optim/objective.h"

namespace vggstyle::test {

/// A function of host vectors (float32 unknowns, float64 arithmetic) that counts its evaluations.
/// The CPU's device memory is host memory.
class Problem : public Objective {
 public:
  using Function = std::function<double(const float* x, float* g)>;
  Problem(std::size_t n, Function f) : n_(n), f_(std::move(f)) {}
  std::size_t size() const override { return n_; }
  ObjectiveValue evaluate(const float* x, float* g, const std::function<void()>& then) override {
    ++evaluations;
    const double value = f_(x, g);
    if (then) then();
    return {value, {static_cast<double>(x[0]), value - static_cast<double>(x[0])}};
  }
  int evaluations = 0;

 private:
  std::size_t n_;
  Function f_;
};

/// The chained Rosenbrock function: sum 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2, 0 at all ones.
inline Problem rosenbrock(std::size_t n) {
  return Problem(n, [n](const float* x, float* g) {
    std::vector<double> gradient(n, 0.0);
    double f = 0;
    for (std::size_t i = 0; i + 1 < n; ++i) {
      const double a = static_cast<double>(x[i]), b = static_cast<double>(x[i + 1]);
      const double u = b - a * a, v = 1 - a;
      f += 100 * u * u + v * v;
      gradient[i] += -400 * a * u - 2 * v;
      gradient[i + 1] += 200 * u;
    }
    for (std::size_t i = 0; i < n; ++i) g[i] = static_cast<float>(gradient[i]);
    return f;
  });
}

/// 1/2 sum w_i (x_i - 1)^2, w from 1 to `condition` in equal ratios: 0 at all ones.
inline Problem quadratic(std::size_t n, double condition) {
  return Problem(n, [=](const float* x, float* g) {
    double f = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double w = std::pow(condition, static_cast<double>(i) / static_cast<double>(n - 1));
      const double d = static_cast<double>(x[i]) - 1;
      f += 0.5 * w * d * d;
      g[i] = static_cast<float>(w * d);
    }
    return f;
  });
}

/// The classic start of Rosenbrock's function: -1.2, 1, -1.2, 1, ...
inline std::vector<float> rosenbrock_start(std::size_t n) {
  std::vector<float> x(n, 1.0f);
  for (std::size_t i = 0; i < n; i += 2) x[i] = -1.2f;
  return x;
}

}  // namespace vggstyle::test
