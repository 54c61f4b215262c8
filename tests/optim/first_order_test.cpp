#include <doctest/doctest.h>

#include "optim/adam.h"
#include "optim/gradient_descent.h"
#include "runtime/cpu_device.h"
#include "tests/optim/problems.h"

using namespace vggstyle;
using namespace vggstyle::test;

TEST_CASE("Adam: steps as by hand") {
  const auto device = make_cpu_device(1);
  const auto ops = make_cpu_vector_ops(*device);
  Problem problem = quadratic(2, 4);
  std::vector<float> x = {3, -2};
  AdamOptions options;
  options.max_evaluations = 6;
  options.rate = 0.1;
  double by_hand[2] = {3, -2}, m[2] = {}, v[2] = {};
  const double w[2] = {1, 4};
  int t = 0;
  const Result result = minimize(problem, *ops, x.data(), options, [&](const Progress& p) {
    for (int i = 0; i < 2; ++i) {
      CHECK(static_cast<double>(p.x[i]) == doctest::Approx(by_hand[i]).epsilon(1e-6));
    }
    ++t;
    for (int i = 0; i < 2; ++i) {
      const double g = w[i] * (by_hand[i] - 1);
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      by_hand[i] -=
          0.1 * m[i] / (1 - std::pow(0.9, t)) / (std::sqrt(v[i] / (1 - std::pow(0.999, t))) + 1e-8);
    }
    return true;
  });
  CHECK(t == 6);
  CHECK(result.evaluations == 6);
  CHECK(result.iterations == 5);
  CHECK(result.reason == Reason::budget);
}

TEST_CASE("Gradient descent: step, fall and clamp") {
  const auto device = make_cpu_device(1);
  const auto ops = make_cpu_vector_ops(*device);
  // A constant gradient (1, -1): mean 0, deviation 1.
  Problem problem(2, [](const float* x, float* g) {
    g[0] = 1;
    g[1] = -1;
    return static_cast<double>(x[0]) - static_cast<double>(x[1]);
  });
  std::vector<float> x = {100, 250};
  GradientDescentOptions options;
  options.max_evaluations = 4;
  std::vector<float> first;
  minimize(problem, *ops, x.data(), options, [&](const Progress& p) {
    first.push_back(p.x[0]);
    CHECK(p.x[1] == (p.evaluations == 1 ? 250.0f : 255.0f));
    return true;
  });
  CHECK(first == std::vector<float>{100, 90, 82.5f, 77.5f});
  CHECK(x == std::vector<float>{77.5f, 255});
}

TEST_CASE("First order: the best point is returned, NaN goes back to it, the caller stops") {
  const auto device = make_cpu_device(1);
  const auto ops = make_cpu_vector_ops(*device);
  int calls = 0;
  Problem problem(1, [&](const float* x, float* g) {
    g[0] = 1;
    return ++calls == 3 ? std::nan("") : static_cast<double>(calls == 2 ? -100 : 5 + x[0]);
  });
  std::vector<float> x = {0};
  GradientDescentOptions options;
  options.bounds.reset();
  options.max_evaluations = 6;
  const Result result = minimize(problem, *ops, x.data(), options);
  CHECK(result.value.total == -100);
  CHECK(x[0] == -10);
  CHECK(result.not_finite == 1);
  CHECK(result.evaluations == 6);
  CHECK(minimize(problem, *ops, x.data(), options, [](const Progress&) { return false; }).reason ==
        Reason::stopped_by_caller);
}
