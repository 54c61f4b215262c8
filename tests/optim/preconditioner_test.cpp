#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "kernels/backend.h"
#include "optim/lbfgs.h"
#include "optim/preconditioner/pyramid_preconditioner.h"
#include "runtime/cpu_device.h"
#include "runtime/error.h"
#include "tests/optim/problems.h"
#include "tests/reference/ops.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

/// M = D^2 for a diagonal D.
class Diagonal final : public Preconditioner {
 public:
  explicit Diagonal(std::vector<double> d) : d_(std::move(d)) {}
  void apply(const float* v, float* out) override {
    ++applied;
    for (std::size_t i = 0; i < d_.size(); ++i) {
      out[i] = static_cast<float>(d_[i] * d_[i] * static_cast<double>(v[i]));
    }
  }
  int applied = 0;

 private:
  std::vector<double> d_;
};

std::vector<float> ramp(std::size_t n) {
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<float>(i * 37 % 101) / 50 - 1;
  return values;
}

/// I + sum_k D_k^T D_k by its definition, in float64.
std::vector<double> pyramid_of(const reference::Tensor& picture) {
  reference::Tensor sum = picture, level = picture;
  std::vector<reference::Tensor> shapes;
  for (;;) {
    shapes.push_back(level);
    level = reference::reduce(level);
    if (std::min(level.height, level.width) < PyramidPreconditioner::kLeastSide) break;
    reference::Tensor back = level;
    for (auto shape = shapes.rbegin(); shape != shapes.rend(); ++shape) {
      back = reference::expand(back, shape->height, shape->width);
    }
    for (std::size_t i = 0; i < sum.data.size(); ++i) sum.data[i] += back.data[i];
  }
  return sum.data;
}

Result descend(Problem& problem, std::vector<float>& x, const LbfgsOptions& options,
               std::vector<double>* values = nullptr) {
  const auto device = make_cpu_device(2);
  const auto ops = make_cpu_vector_ops(*device);
  return minimize(problem, *ops, x.data(), options, [&](const Progress& progress) {
    if (values != nullptr) values->push_back(progress.value.total);
    return true;
  });
}

}  // namespace

TEST_CASE("pyramid: what it is by its definition in float64, of any sides") {
  const auto device = make_cpu_device(2);
  const auto backend = make_cpu_backend(*device);
  for (const Shape shape : {Shape{3, 3, 3}, Shape{3, 8, 7}, Shape{3, 9, 33}, Shape{3, 40, 64}}) {
    CAPTURE(shape.height);
    const std::vector<float> v = ramp(shape.elements());
    reference::Tensor picture(3, shape.height, shape.width);
    picture.data.assign(v.begin(), v.end());
    std::vector<float> out(v.size());
    PyramidPreconditioner(*backend, shape).apply(v.data(), out.data());
    const std::vector<double> expected = pyramid_of(picture);
    double worst = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      worst = std::fmax(worst, std::fabs(static_cast<double>(out[i]) - expected[i]));
    }
    CHECK(worst < 1e-5);
  }
}

TEST_CASE("pyramid: the same bytes for any number of threads") {
  const Shape shape{3, 45, 70};
  const std::vector<float> v = ramp(shape.elements());
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2, 5}) {
    const auto device = make_cpu_device(threads);
    const auto backend = make_cpu_backend(*device);
    results.emplace_back(v.size());
    PyramidPreconditioner(*backend, shape).apply(v.data(), results.back().data());
  }
  CHECK(results[0] == results[1]);
  CHECK(results[0] == results[2]);
}

TEST_CASE("L-BFGS: preconditioned by D squared it takes the way of D times the unknowns") {
  constexpr std::size_t kUnknowns = 40;
  std::vector<double> d(kUnknowns);
  for (std::size_t i = 0; i < kUnknowns; ++i) d[i] = std::exp2(static_cast<double>(i % 5) - 2);
  // Of u, where x = D u: powers of two change no bit of x.
  Problem function = rosenbrock(kUnknowns);
  Problem of_u(kUnknowns, [&](const float* u, float* g) {
    std::vector<float> x(kUnknowns);
    for (std::size_t i = 0; i < kUnknowns; ++i) x[i] = u[i] * static_cast<float>(d[i]);
    const double value = function.evaluate(x.data(), g, {}).total;
    for (std::size_t i = 0; i < kUnknowns; ++i) g[i] *= static_cast<float>(d[i]);
    return value;
  });
  std::vector<float> x = rosenbrock_start(kUnknowns), u = x;
  for (std::size_t i = 0; i < kUnknowns; ++i) u[i] /= static_cast<float>(d[i]);
  // The same first step: largest |D g| on one side, largest |D D g| on the other.
  std::vector<float> g(kUnknowns);
  function.evaluate(x.data(), g.data(), {});
  double of_dg = 0, of_ddg = 0;
  for (std::size_t i = 0; i < kUnknowns; ++i) {
    of_dg = std::fmax(of_dg, std::fabs(d[i] * static_cast<double>(g[i])));
    of_ddg = std::fmax(of_ddg, std::fabs(d[i] * d[i] * static_cast<double>(g[i])));
  }
  LbfgsOptions options;
  options.max_evaluations = 25;
  options.history = 4;
  options.first_change = 0.01 * of_dg / of_ddg;
  std::vector<double> expected, values;
  descend(of_u, u, options, &expected);
  Diagonal diagonal(d);
  options.first_change = 0.01;
  options.preconditioner = &diagonal;
  descend(function, x, options, &values);
  REQUIRE(expected.size() > 12);
  REQUIRE(values.size() >= 12);
  for (std::size_t i = 0; i < 12; ++i) {
    CAPTURE(i);
    CHECK(values[i] == doctest::Approx(expected[i]).epsilon(1e-3));
  }
}

TEST_CASE(
    "L-BFGS: with the inverse Hessian itself a quadratic takes a few evaluations, in bounds too") {
  constexpr std::size_t kUnknowns = 1000;
  constexpr double kCondition = 1e4;
  std::vector<double> d(kUnknowns);
  for (std::size_t i = 0; i < kUnknowns; ++i) {
    d[i] = std::pow(kCondition, -0.5 * static_cast<double>(i) / (kUnknowns - 1));
  }
  Diagonal diagonal(d);
  for (const bool bounded : {false, true}) {
    CAPTURE(bounded);
    LbfgsOptions options;
    options.max_evaluations = 12;
    options.preconditioner = &diagonal;
    if (bounded) options.bounds = Bounds{0, 2};
    Problem problem = quadratic(kUnknowns, kCondition);
    std::vector<float> x(kUnknowns, 0);
    CHECK(descend(problem, x, options).value.total <= 1e-6);
  }
  CHECK(diagonal.applied > 2);
}

TEST_CASE("L-BFGS: a preconditioner takes a vector, which is counted") {
  LbfgsOptions options;
  const int without = device_vectors(options);
  Diagonal diagonal({1});
  options.preconditioner = &diagonal;
  CHECK(device_vectors(options) == without + 1);
}
