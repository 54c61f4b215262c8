#include "optim/lbfgs.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "kernels/backend.h"
#include "optim/adam.h"
#include "optim/gradient_descent.h"
#include "runtime/cpu_device.h"
#include "runtime/error.h"
#include "tests/optim/problems.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

struct Outcome {
  Result result;
  std::vector<float> x;
};

/// Stops once the value is at most `target`; checks what holds for every run.
Outcome run(Problem problem, std::vector<float> x, LbfgsOptions options, double target = -1,
            int threads = 2) {
  const auto device = make_cpu_device(threads);
  const auto ops = make_cpu_vector_ops(*device);
  double lowest = std::numeric_limits<double>::infinity();
  const Result result = minimize(problem, *ops, x.data(), options, [&](const Progress& p) {
    CHECK(p.x == x.data());
    CHECK(p.evaluations == problem.evaluations);
    CHECK(p.value.total <= lowest + options.value_noise * std::fabs(lowest));
    lowest = std::fmin(lowest, p.value.total);
    return !(p.value.total <= target);
  });
  CHECK(problem.evaluations == result.evaluations);
  CHECK(result.evaluations <= options.max_evaluations);
  std::vector<float> g(x.size());
  const double value = problem.evaluate(x.data(), g.data(), {}).total;
  if (result.reason != Reason::not_finite) CHECK(value == result.value.total);
  MESSAGE(x.size() << " unknowns: " << result.value.total << " after " << result.evaluations
                   << " evaluations, " << std::string(describe(result.reason)));
  return {result, x};
}

}  // namespace

// The limits on evaluations are some 10 to 15 % above what was measured (44, 607, 42; 63, 588).

TEST_CASE("L-BFGS: Rosenbrock's function") {
  LbfgsOptions options;
  options.max_evaluations = 1000;
  const Outcome two = run(rosenbrock(2), rosenbrock_start(2), options, 1e-10);
  CHECK(two.result.value.total <= 1e-10);
  CHECK(two.result.evaluations <= 50);
  const Outcome hundred = run(rosenbrock(100), rosenbrock_start(100), options, 1e-10);
  CHECK(hundred.result.value.total <= 1e-10);
  CHECK(hundred.result.evaluations <= 690);
}

TEST_CASE("L-BFGS: 10 000 chained unknowns") {
  const Outcome zero = run(rosenbrock(10000), std::vector<float>(10000, 0), {}, 1e-6);
  CHECK(zero.result.value.total <= 1e-6);
  CHECK(zero.result.evaluations <= 50);
  // From here it finds the function's local minimum, 3.98662, and ends there.
  const Outcome half = run(rosenbrock(10000), std::vector<float>(10000, 0.5f), {});
  CHECK(half.result.value.total == doctest::Approx(3.98662).epsilon(1e-5));
  CHECK(half.result.evaluations <= 180);
}

TEST_CASE("L-BFGS: ill-conditioned quadratics") {
  const auto solve = [](double condition, int budget) {
    LbfgsOptions options;
    options.max_evaluations = budget;
    return run(quadratic(1000, condition), std::vector<float>(1000, 0), options, 1e-6).result;
  };
  CHECK(solve(1e2, 75).value.total <= 1e-6);
  CHECK(solve(1e4, 670).value.total <= 1e-6);
  CHECK(solve(1e6, 3000).value.total <= 0.03);  // from 3.6e4
}

TEST_CASE("L-BFGS: history of 1, and longer than the run") {
  for (const int history : {1, 3, 100}) {
    LbfgsOptions options;
    options.history = history;
    CHECK(run(rosenbrock(2), rosenbrock_start(2), options, 1e-8).result.value.total <= 1e-8);
  }
}

TEST_CASE("L-BFGS: bounds hold and the solution sits on them") {
  // 1/2 w (x - c)^2 with weights 1 to 50: the solution is c clamped.
  const std::size_t n = 1001;
  std::vector<float> centre(n);
  for (std::size_t i = 0; i < n; ++i) centre[i] = static_cast<float>(i % 7) * 100 - 150;
  bool outside = false;
  Problem problem(n, [&](const float* x, float* g) {
    double f = 0;
    for (std::size_t i = 0; i < n; ++i) {
      outside |= x[i] < 0 || x[i] > 255;
      const double w = 1 + static_cast<double>(i % 50);
      const double d = static_cast<double>(x[i]) - static_cast<double>(centre[i]);
      f += 0.5 * w * d * d;
      g[i] = static_cast<float>(w * d);
    }
    return f;
  });
  LbfgsOptions options;
  options.bounds = Bounds{0, 255};
  options.gradient_tolerance = 1e-2;
  const Outcome o = run(problem, std::vector<float>(n, 128), options);
  CHECK(o.result.reason == Reason::converged);
  CHECK(o.result.evaluations <= 120);
  CHECK_FALSE(outside);
  float worst = 0;
  for (std::size_t i = 0; i < n; ++i) {
    worst = std::fmax(worst, std::fabs(o.x[i] - std::fmin(std::fmax(centre[i], 0.0f), 255.0f)));
  }
  CHECK(worst <= 1e-2f);
}

TEST_CASE("L-BFGS: Rosenbrock's function with an active bound") {
  // x <= 0.5: the solution is (0.5, 0.25), where f = 0.25.
  LbfgsOptions options;
  options.bounds = Bounds{-2, 0.5};
  options.gradient_tolerance = 1e-3;
  const Outcome o = run(rosenbrock(2), {-1.2f, 0.4f}, options);
  CHECK(o.result.value.total == doctest::Approx(0.25).epsilon(1e-5));
  CHECK(o.x[0] == 0.5f);
  CHECK(o.x[1] == doctest::Approx(0.25).epsilon(1e-4));
}

TEST_CASE("L-BFGS: NaN beyond a region is stepped back from") {
  // x - log(x) per unknown: minimum n at 1; NaN below 0. The first trial is far outside.
  Problem problem(10, [](const float* x, float* g) {
    double f = 0;
    for (int i = 0; i < 10; ++i) {
      const double v = static_cast<double>(x[i]);
      f += v - std::log(v);
      g[i] = static_cast<float>(1 - 1 / v);
    }
    return f;
  });
  LbfgsOptions options;
  options.first_change = 50;
  options.gradient_tolerance = 1e-4;
  const Outcome o = run(problem, std::vector<float>(10, 3), options);
  CHECK(o.result.reason == Reason::converged);
  CHECK(o.result.value.total == doctest::Approx(10).epsilon(1e-6));
  CHECK(o.result.not_finite >= 1);
  CHECK(o.result.history_drops >= 1);
}

TEST_CASE("L-BFGS: not finite at the start") {
  for (const double bad : {std::nan(""), HUGE_VAL}) {
    for (const bool in_gradient : {false, true}) {
      Problem problem(3, [=](const float*, float* g) {
        g[0] = g[1] = g[2] = in_gradient ? static_cast<float>(bad) : 1.0f;
        return in_gradient ? 1.0 : bad;
      });
      const Outcome o = run(problem, {1, 2, 3}, {});
      CHECK(o.result.reason == Reason::not_finite);
      CHECK(o.result.evaluations == 1);
      CHECK(o.x == std::vector<float>{1, 2, 3});
    }
  }
}

TEST_CASE("L-BFGS: the budget is never exceeded, whatever it is") {
  for (int budget = 1; budget <= 40; ++budget) {
    LbfgsOptions options;
    options.max_evaluations = budget;
    const Outcome o = run(rosenbrock(100), rosenbrock_start(100), options);
    CHECK(o.result.reason == Reason::budget);
    CHECK(o.result.evaluations == budget);
  }
}

TEST_CASE("L-BFGS: at the floor of float32 it ends, and says why") {
  LbfgsOptions options;
  options.max_evaluations = 5000;
  Problem noisy(100, [](const float* x, float* g) {
    double f = 1;
    for (int i = 0; i < 100; ++i) {
      const double d = static_cast<double>(x[i]) - 0.3;
      f += d * d;
      g[i] = static_cast<float>(2 * d);
    }
    return static_cast<double>(static_cast<float>(f));
  });
  const Outcome o = run(noisy, std::vector<float>(100, 5), options);
  CHECK(o.result.evaluations < 100);
  CHECK(o.result.value.total <= 1 + 2e-7);
}

TEST_CASE("L-BFGS: the same bytes for any number of threads") {
  LbfgsOptions options;
  options.max_evaluations = 60;
  const std::vector<float> start(10000, 0.5f);
  const std::vector<float> one = run(rosenbrock(10000), start, options, -1, 1).x;
  CHECK(run(rosenbrock(10000), start, options, -1, 2).x == one);
  CHECK(run(rosenbrock(10000), start, options, -1, 3).x == one);
}

TEST_CASE("L-BFGS: the caller stops it, options are checked") {
  LbfgsOptions options;
  CHECK(run(rosenbrock(2), rosenbrock_start(2), options, 1e9).result.evaluations == 1);
  options.history = 0;
  CHECK_THROWS_AS(run(rosenbrock(2), rosenbrock_start(2), options), InputError);
  options = {};
  options.max_evaluations = 0;
  CHECK_THROWS_AS(run(rosenbrock(2), rosenbrock_start(2), options), InputError);
  options = {};
  options.bounds = Bounds{1, 1};
  CHECK_THROWS_AS(run(rosenbrock(2), rosenbrock_start(2), options), InputError);
}

TEST_CASE("terms travel with the value: those of the reported point, by every optimiser") {
  const auto device = make_cpu_device(1);
  const auto backend = make_cpu_backend(*device);
  // Not finite beyond 1.5, so that steps are taken back; the first term is x[0] (problems.h).
  Problem problem(2, [](const float* x, float* g) {
    const double a = static_cast<double>(x[0]) - 1, b = static_cast<double>(x[1]) - 1;
    g[0] = static_cast<float>(200 * a);
    g[1] = static_cast<float>(2 * b);
    return x[0] > 1.5F ? std::numeric_limits<double>::quiet_NaN() : 100 * a * a + b * b;
  });
  int reports = 0;
  const auto check = [&](const Progress& progress) {
    ++reports;
    CHECK(progress.value.terms.at(0) == static_cast<double>(progress.x[0]));
    return true;
  };
  const auto run_from = [&](const auto& options) {
    std::vector<float> x = {-1, 3};
    const Result result = minimize(problem, backend->vector_ops(), x.data(), options, check);
    CHECK(result.value.terms.at(0) == static_cast<double>(x[0]));
    CHECK(result.not_finite > 0);
  };
  LbfgsOptions lbfgs;
  lbfgs.first_change = 4;
  run_from(lbfgs);
  AdamOptions adam;
  adam.max_evaluations = 30;
  run_from(adam);
  GradientDescentOptions descent;
  descent.max_evaluations = 30;
  descent.bounds.reset();
  run_from(descent);
  CHECK(reports > 10);
}
