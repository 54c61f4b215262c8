// An optimiser that is stopped at any step and restored in another object ends with the same bytes.

#include "optim/state_archive.h"

#include <doctest/doctest.h>

#include <limits>

#include "optim/adam.h"
#include "optim/gradient_descent.h"
#include "optim/lbfgs.h"
#include "optim/quiet.h"
#include "runtime/cpu_device.h"
#include "tests/optim/memory_archive.h"
#include "tests/optim/problems.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

struct ArchivedRun {
  Result result;
  std::vector<float> x;
  std::vector<double> reported;          ///< value, largest gradient, step and event of each
  std::vector<MemoryArchive> saved;      ///< at each report
  std::vector<std::size_t> reported_at;  ///< how much was reported by then
};

template <typename Options>
ArchivedRun run(const std::function<Problem()>& make, std::vector<float> x, const Options& options,
                MemoryArchive* from) {
  const auto device = make_cpu_device(1);
  const auto ops = make_cpu_vector_ops(*device);
  Problem problem = make();
  ArchivedRun outcome;
  const auto callback = [&](const Progress& p) {
    outcome.reported.insert(outcome.reported.end(),
                            {static_cast<double>(p.evaluations), static_cast<double>(p.iterations),
                             p.value.total, p.value.terms.at(0), p.gradient_max, p.step,
                             static_cast<double>(p.event), static_cast<double>(p.x[0])});
    if (from != nullptr || !p.save) return true;
    MemoryArchive& state = outcome.saved.emplace_back();
    p.save(state);
    outcome.reported_at.push_back(outcome.reported.size());
    return true;
  };
  outcome.result = minimize(problem, *ops, x.data(), options, callback, from);
  outcome.x = std::move(x);
  return outcome;
}

bool same_result(const Result& a, const Result& b) {
  return a.reason == b.reason && a.evaluations == b.evaluations && a.iterations == b.iterations &&
         a.value.total == b.value.total && a.value.terms == b.value.terms &&
         a.gradient_max == b.gradient_max && a.history_drops == b.history_drops &&
         a.not_finite == b.not_finite;
}

/// From each state of a run with `options` a run with `longer` ones ends as from the start.
template <typename Options>
ArchivedRun check_every_stop(const std::function<Problem()>& make, const std::vector<float>& x,
                             const Options& options, const Options& longer) {
  ArchivedRun first = run(make, x, options, nullptr);
  const ArchivedRun whole = run(make, x, longer, nullptr);
  REQUIRE(first.saved.size() > 3);
  for (std::size_t k = 0; k < first.saved.size(); ++k) {
    CAPTURE(k);
    first.saved[k].restores = true;
    const std::vector<float> unset(x.size(), std::numeric_limits<float>::quiet_NaN());
    const ArchivedRun rest = run(make, unset, longer, &first.saved[k]);
    CHECK(same_result(rest.result, whole.result));
    CHECK(rest.x == whole.x);
    const auto begin = whole.reported.begin() + static_cast<std::ptrdiff_t>(first.reported_at[k]);
    CHECK(rest.reported == std::vector<double>(begin, whole.reported.end()));
  }
  return first;
}

template <typename Options>
ArchivedRun check_every_stop(const std::function<Problem()>& make, const std::vector<float>& x,
                             const Options& options) {
  return check_every_stop(make, x, options, options);
}

/// An ill-conditioned quadratic function in steps of 1: its value says little of where it is lower.
Problem stepped() {
  constexpr std::size_t n = 10;
  return Problem(n, [=](const float* x, float* g) {
    double f = 10;
    for (std::size_t i = 0; i < n; ++i) {
      const double w = std::pow(4, static_cast<double>(i)), d = static_cast<double>(x[i]) - 1;
      f += 0.5e-3 * w * d * d;
      g[i] = static_cast<float>(1e-3 * w * d);
    }
    return std::floor(f);
  });
}

/// A quadratic function with a hole in the way to its minimum, where it is NaN.
Problem holed(float low, float high) {
  constexpr std::size_t n = 6;
  return Problem(n, [=](const float* x, float* g) {
    double f = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double d = static_cast<double>(x[i]) - 1;
      f += 0.5 * d * d * (1 + static_cast<double>(i));
      g[i] = static_cast<float>(d * (1 + static_cast<double>(i)));
    }
    return x[0] > low && x[0] < high ? std::nan("") : f;
  });
}

}  // namespace

TEST_CASE("L-BFGS goes on from every step, whatever its history") {
  for (const int history : {1, 3, 20}) {
    CAPTURE(history);
    LbfgsOptions options;
    options.history = history;
    options.max_evaluations = 50;
    check_every_stop([] { return rosenbrock(20); }, rosenbrock_start(20), options);
    options.bounds = Bounds{-1.5, 0.8};
    check_every_stop([] { return rosenbrock(20); }, rosenbrock_start(20), options);
  }
}

TEST_CASE("L-BFGS goes on with a larger budget as if it had had it from the start") {
  LbfgsOptions options, longer;
  longer.max_evaluations = 70;
  options.c2 = longer.c2 = 0.1;  // line searches of several evaluations
  bool cut = false;
  for (options.max_evaluations = 24; options.max_evaluations < 36; ++options.max_evaluations) {
    CAPTURE(options.max_evaluations);
    const ArchivedRun first =
        check_every_stop([] { return rosenbrock(20); }, rosenbrock_start(20), options, longer);
    cut |= first.reported_at.back() < first.reported.size();
  }
  CHECK(cut);  // one of these budgets ended a line search, and no state was offered there
}

TEST_CASE("L-BFGS goes on where it stalls, converges and meets NaN") {
  LbfgsOptions options;
  options.max_evaluations = 400;
  options.value_tolerance = 1e-6;
  const ArchivedRun converged =
      check_every_stop([] { return quadratic(10, 100); }, std::vector<float>(10, 5), options);
  CHECK(converged.result.reason == Reason::converged);
  options.value_tolerance = 0;
  options.value_noise = 0.5;
  const ArchivedRun stalled =
      check_every_stop([] { return stepped(); }, std::vector<float>(10, 5), options);
  CHECK(stalled.result.reason == Reason::stalled);
  options.value_noise = 1e-7;
  const ArchivedRun nan =
      check_every_stop([] { return holed(-15, -5); }, std::vector<float>(6, -20), options);
  CHECK(nan.result.not_finite > 0);
}

TEST_CASE("Adam goes on from every step, after NaN too, and with a larger budget") {
  AdamOptions options, longer;
  options.max_evaluations = 30;
  longer.max_evaluations = 55;
  options.rate = longer.rate = 0.1;
  check_every_stop([] { return rosenbrock(20); }, rosenbrock_start(20), options, longer);
  options.bounds = Bounds{-1.1, 0.9};
  check_every_stop([] { return rosenbrock(20); }, rosenbrock_start(20), options);
  options.bounds.reset();
  options.rate = 0.05;
  const ArchivedRun nan =
      check_every_stop([] { return holed(0.2f, 0.5f); }, std::vector<float>(6, 0), options);
  CHECK(nan.result.history_drops > 0);
}

TEST_CASE("Gradient descent goes on from every step, after NaN too") {
  GradientDescentOptions options;
  options.max_evaluations = 30;
  options.step = 0.5;
  check_every_stop([] { return rosenbrock(20); }, rosenbrock_start(20), options);
  options.bounds.reset();
  const ArchivedRun nan =
      check_every_stop([] { return holed(0.2f, 0.5f); }, std::vector<float>(6, -2), options);
  CHECK(nan.result.history_drops > 0);
}

TEST_CASE("the watch for quiet goes on from every value") {
  const auto value = [](int i) { return 100.0 / (1 + i) + 10; };
  QuietWatch whole;
  int ended = 1;
  while (!whole.is_quiet(ended, value(ended))) ++ended;
  REQUIRE(ended > 40);
  for (int k = 0; k < ended; ++k) {
    QuietWatch first, rest;
    for (int i = 1; i <= k; ++i) CHECK_FALSE(first.is_quiet(i, value(i)));
    MemoryArchive state;
    first.archive(state);
    state.restores = true;
    rest.archive(state);
    int i = k + 1;
    while (!rest.is_quiet(i, value(i))) ++i;
    CHECK(i == ended);
  }
}
