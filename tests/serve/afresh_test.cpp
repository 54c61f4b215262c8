// An optimisation that starts afresh on its way is two, the second from where the first was.

#include <doctest/doctest.h>

#include "tests/tool/small_engine.h"
#include "tools/contrive/contrive.h"
#include "tools/session/optimize.h"

namespace vggstyle::test {
namespace {

ProblemSpec small_problem(Optimizer optimizer, int iterations, int scales = 1) {
  ProblemSpec spec;
  spec.content = contrive("scene", 40, 32, 1);
  spec.start = *spec.content;
  spec.styles = {contrive("strokes", 36, 36, 2)};
  spec.blend = {1};
  spec.loss[LossKind::kStyle] = {1, {{0}, {2}}};
  spec.loss[LossKind::kContent] = {0.1, {{2}}};
  spec.loss[LossKind::kTv] = {};  // as a run has it that was not asked for any
  spec.minimizer.optimizer = optimizer;
  spec.minimizer.iterations = iterations;
  spec.minimizer.history = 5;
  spec.minimizer.scales = scales;
  return spec;
}

constexpr LossWeights kOther = {0.5, 2, 0.25};

/// Starts afresh with kOther after the first step with so many evaluations.
struct AfreshAt {
  int evaluations;
  std::vector<Step> steps = {};
  int asked_after = 0;  ///< evaluations, once it has asked

  Next operator()(const Step& step) {
    steps.push_back(step);
    if (asked_after > 0 || step.progress.evaluations < evaluations) return {};
    asked_after = step.progress.evaluations;
    return {Then::kStartAfresh, kOther};
  }
};

ProblemSpec with_weights(ProblemSpec spec, const LossWeights& weights) {
  for (const LossKind kind : kLossKinds) {
    spec.loss[kind].weight = weights[static_cast<std::size_t>(kind)];
  }
  spec.loss[LossKind::kTv].layers = {{kPixelLayer}};
  return spec;
}

TEST_CASE("other weights give what a run from that picture with them gives") {
  for (const Optimizer optimizer : {Optimizer::kLbfgs, Optimizer::kAdam}) {
    CAPTURE(name_of(optimizer));
    Engine engine = small_engine();
    const ProblemSpec spec = small_problem(optimizer, 20);
    AfreshAt afresh{8};
    const Optimized steered = optimize(engine, spec, std::ref(afresh));

    const Optimized half = optimize(engine, spec, [&](const Step& step) {
      return Next{step.progress.evaluations < 8 ? Then::kGoOn : Then::kStop};
    });
    ProblemSpec rest = with_weights(spec, kOther);
    rest.start = half.picture;
    rest.minimizer.iterations = 20 - half.result.evaluations;
    const Optimized second = optimize(engine, rest, [](const Step&) { return Next{}; });

    CHECK(steered.picture.rgb == second.picture.rgb);
    CHECK(steered.last.terms == second.last.terms);
    CHECK(steered.result.reason == Reason::budget);
    CHECK(steered.result.evaluations == 20);
    CHECK(steered.result.iterations == half.result.iterations + second.result.iterations);
    const Optimized plain = optimize(engine, spec, [](const Step&) { return Next{}; });
    CHECK(plain.picture.rgb != steered.picture.rgb);
  }
}

TEST_CASE("each step says which weights it has, and the first afresh that it is") {
  Engine engine = small_engine();
  AfreshAt afresh{8};
  optimize(engine, small_problem(Optimizer::kLbfgs, 20), std::ref(afresh));
  int fresh = 0;
  for (std::size_t i = 0; i < afresh.steps.size(); ++i) {
    const Step& step = afresh.steps[i];
    const bool before = step.progress.evaluations <= afresh.asked_after;
    CHECK(step.weights == (before ? LossWeights{1, 0.1, 0} : kOther));
    if (i > 0) CHECK(step.progress.evaluations > afresh.steps[i - 1].progress.evaluations);
    fresh += step.afresh ? 1 : 0;
    CHECK((step.values.sum(LossKind::kTv) > 0) == !before);
    if (step.afresh) CHECK(step.progress.evaluations == afresh.asked_after + 1);
  }
  CHECK(fresh == 1);
  CHECK(afresh.steps.back().done == 1);
}

TEST_CASE("sizes to come have the weights, also when the size at hand is at its end") {
  for (const int evaluations : {3, 6}) {
    CAPTURE(evaluations);
    Engine engine = small_engine();
    AfreshAt afresh{evaluations};
    const Optimized made =
        optimize(engine, small_problem(Optimizer::kAdam, 6, 2), std::ref(afresh));
    CHECK(made.result.evaluations == 12);
    CHECK(afresh.steps.back().weights == kOther);
    CHECK(afresh.steps.back().width == 40);
    int fresh = 0;
    for (const Step& step : afresh.steps) fresh += step.afresh ? 1 : 0;
    CHECK(fresh == 1);
  }
}

TEST_CASE("to start afresh when all evaluations are spent changes nothing") {
  Engine engine = small_engine();
  const ProblemSpec spec = small_problem(Optimizer::kAdam, 6);
  AfreshAt afresh{6};
  const Optimized made = optimize(engine, spec, std::ref(afresh));
  const Optimized plain = optimize(engine, spec, [](const Step&) { return Next{}; });
  CHECK(made.picture.rgb == plain.picture.rgb);
  CHECK(made.result.reason == Reason::budget);
  for (const Step& step : afresh.steps) CHECK_FALSE(step.afresh);
}

}  // namespace
}  // namespace vggstyle::test
