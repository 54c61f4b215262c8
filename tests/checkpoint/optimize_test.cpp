// optimize() from the state of every step, through a file, ends as it does from the start.

#include "tools/session/optimize.h"

#include <doctest/doctest.h>

#include "tests/support/files.h"
#include "tests/tool/small_engine.h"
#include "tools/contrive/contrive.h"
#include "tools/session/checkpoint/checkpoint.h"
#include "tools/session/files/result_file.h"

namespace vggstyle::test {
namespace {

ProblemSpec small_problem(Optimizer optimizer) {
  ProblemSpec problem;
  problem.loss[LossKind::kStyle] = {1, {{0, 1}}};
  problem.loss[LossKind::kContent] = {1, {{0, 1}}};
  problem.minimizer.optimizer = optimizer;
  problem.minimizer.iterations = 6;
  problem.minimizer.history = 3;
  problem.content = contrive("scene", 20, 16, 1);
  problem.styles = {contrive("strokes", 18, 18, 2)};
  problem.blend = {1};
  problem.start = *problem.content;
  return problem;
}

/// Evaluations, value and largest gradient of each step, of all sizes.
using Steps = std::vector<std::vector<double>>;

bool same(const LossValues& a, const LossValues& b) {
  return a.total == b.total && a.terms == b.terms;
}

/// Stops `problem`, which ends as `reason` says, at every step, or at every so many and the last.
void check_every_step(const ProblemSpec& problem, Reason reason = Reason::budget,
                      std::size_t every = 1) {
  const TemporaryFolder folder;
  Engine engine = small_engine();
  const auto file = [&](std::size_t step) { return folder / (std::to_string(step) + ".h5"); };
  const auto watch = [](Steps& steps) {
    return [&steps](const Step& step) {
      steps.push_back({static_cast<double>(step.progress.evaluations),
                       static_cast<double>(step.progress.iterations), step.values.total,
                       step.progress.gradient_max, step.done, static_cast<double>(step.width)});
    };
  };
  Steps steps;
  std::vector<std::size_t> saved;
  const Optimized whole = optimize(engine, problem, [&](const Step& step) {
    watch(steps)(step);
    if (step.progress.save) {
      saved.push_back(steps.size());
      write_checkpoint(file(steps.size()), "", *engine.device, "{}", step.progress.save);
    }
    return Next{};
  });
  REQUIRE(whole.result.reason == reason);
  REQUIRE(saved.size() > 3);
  for (const std::size_t k : saved) {
    if (k % every != 0 && k != saved.back()) continue;
    CAPTURE(k);
    Steps rest(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(k));
    const Checkpoint checkpoint(file(k));
    const Optimized end = optimize(
        engine, problem,
        [&](const Step& step) {
          watch(rest)(step);
          return Next{};
        },
        checkpoint.state(*engine.device).get());
    CHECK(rest == steps);
    CHECK(identity_of(end.picture) == identity_of(whole.picture));
    CHECK(same(end.first, whole.first));
    CHECK(same(end.last, whole.last));
    CHECK(end.result.reason == whole.result.reason);
    CHECK(end.result.evaluations == whole.result.evaluations);
    CHECK(end.result.iterations == whole.result.iterations);
  }
}

}  // namespace

TEST_CASE("optimize goes on from every step of every optimiser") {
  for (const Optimizer optimizer :
       {Optimizer::kLbfgs, Optimizer::kAdam, Optimizer::kGradientDescent}) {
    CAPTURE(name_of(optimizer));
    check_every_step(small_problem(optimizer));
  }
}

TEST_CASE("a run that was started afresh has no state to save, at later sizes either") {
  Engine engine = small_engine();
  ProblemSpec problem = small_problem(Optimizer::kAdam);
  problem.minimizer.scales = 2;
  bool afresh = false;
  int later = 0;
  optimize(engine, problem, [&](const Step& step) {
    CHECK((step.progress.save != nullptr) == !afresh);
    if (afresh) {
      ++later;
      return Next{};
    }
    afresh = step.progress.iterations == 2;
    return afresh ? Next{Then::kStartAfresh, step.weights} : Next{};
  });
  CHECK(later > problem.minimizer.iterations);
}

TEST_CASE("optimize goes on at every size") {
  ProblemSpec problem = small_problem(Optimizer::kAdam);
  problem.minimizer.scales = 2;
  check_every_step(problem);
}

TEST_CASE("optimize goes on until it is quiet") {
  ProblemSpec problem = small_problem(Optimizer::kLbfgs);
  problem.minimizer.iterations = 200;
  problem.minimizer.until_quiet = true;
  check_every_step(problem, Reason::quiet, 11);
}

}  // namespace vggstyle::test
