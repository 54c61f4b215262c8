// Whole runs that ranks share: what the first one is told, asks for and decides.

#include "tools/session/optimize.h"

#include <doctest/doctest.h>

#include "runtime/error.h"
#include "tests/ranks/thread_ranks.h"
#include "tests/support/files.h"
#include "tests/support/pictures.h"
#include "tests/tool/small_engine.h"
#include "tools/contrive/contrive.h"
#include "tools/session/checkpoint/checkpoint.h"
#include "tools/session/files/result_file.h"

namespace vggstyle::test {
namespace {

using testing::run_as_ranks;

ProblemSpec shared_problem() {
  ProblemSpec problem;
  problem.loss[LossKind::kStyle] = {1, {{0, 1}, {2, 1}}};
  problem.loss[LossKind::kContent] = {0.1, {{2, 1}}};
  problem.loss[LossKind::kTv].weight = 0.01;
  problem.minimizer.iterations = 6;
  problem.minimizer.history = 3;
  problem.minimizer.preconditioner = Preconditioning::kPyramid;
  problem.content = contrive("scene", 24, 35, 1);
  problem.styles = {contrive("strokes", 18, 18, 2)};
  problem.blend = {1};
  problem.start = *problem.content;
  return problem;
}

struct SharedEnd {
  Optimized optimized;
  Picture fourth;  ///< the picture of the fourth step
  int steps = 0;
};

/// Among ranks, or alone with null. The first one saves its fourth step in `file`, unless that is empty.
SharedEnd run(const ProblemSpec& problem, Ranks* ranks, const std::string& file,
              const Checkpoint* from, int stop_after = 0) {
  Engine engine = small_engine();
  engine.ranks = ranks;
  SharedEnd end;
  const auto callback = [&](const Step& step) {
    CHECK((ranks == nullptr || ranks->leads()));
    ++end.steps;
    if (step.progress.iterations == 4) {
      end.fourth = step.picture();
      if (!file.empty()) write_checkpoint(file, "", *engine.device, "{}", step.progress.save);
    }
    return Next{end.steps == stop_after ? Then::kStop : Then::kGoOn};
  };
  const auto state = from != nullptr ? from->state(*engine.device) : nullptr;
  end.optimized = optimize(engine, problem, callback, state.get());
  return end;
}

std::vector<SharedEnd> run_together(int count, const ProblemSpec& problem, const std::string& file,
                                    const std::string& from, int stop_after = 0) {
  std::vector<SharedEnd> ends(static_cast<std::size_t>(count));
  run_as_ranks(count, [&](Ranks& ranks) {
    std::optional<Checkpoint> checkpoint;
    if (!from.empty()) checkpoint.emplace(from);
    ends[static_cast<std::size_t>(ranks.rank())] =
        run(problem, &ranks, file, checkpoint ? &*checkpoint : nullptr, stop_after);
  });
  return ends;
}

void check_similar(const SharedEnd& a, const SharedEnd& b) {
  CHECK(a.optimized.result.evaluations == b.optimized.result.evaluations);
  CHECK(a.optimized.last.total == doctest::Approx(b.optimized.last.total).epsilon(0.01));
  CHECK(mean_difference(a.optimized.picture, b.optimized.picture) < 0.5);
}

}  // namespace

TEST_CASE(
    "ranks: a run has the picture that it has alone, on every rank, and its steps on the first") {
  const ProblemSpec problem = shared_problem();
  const SharedEnd alone = run(problem, nullptr, "", nullptr);
  for (const int count : {2, 3, 4}) {
    CAPTURE(count);
    const std::vector<SharedEnd> ends = run_together(count, problem, "", "");
    check_similar(ends.front(), alone);
    CHECK(ends.front().steps == alone.steps);
    CHECK(mean_difference(ends.front().fourth, alone.fourth) < 0.5);
    for (const SharedEnd& end : ends) {
      CHECK(identity_of(end.optimized.picture) == identity_of(ends.front().optimized.picture));
    }
    CHECK(ends.back().steps == 0);
  }
}

TEST_CASE("ranks: goes on from a checkpoint to the same bytes, from that of one process too") {
  const TemporaryFolder folder;
  ProblemSpec problem = shared_problem();
  for (const int scales : {1, 2}) {
    CAPTURE(scales);
    problem.minimizer.scales = scales;
    const std::vector<SharedEnd> whole = run_together(2, problem, folder / "two.h5", "");
    const std::vector<SharedEnd> rest = run_together(2, problem, "", folder / "two.h5");
    CHECK(identity_of(rest.front().optimized.picture) ==
          identity_of(whole.front().optimized.picture));
    CHECK(rest.front().steps < whole.front().steps);
    run(problem, nullptr, folder / "one.h5", nullptr);
    check_similar(run_together(2, problem, "", folder / "one.h5").front(), whole.front());
    const Checkpoint of_two(folder / "two.h5");
    check_similar(run(problem, nullptr, "", &of_two), whole.front());
  }
}

TEST_CASE("ranks: a checkpoint that cannot be written is told, and the run goes on") {
  /// A full disk: the second vector fails.
  class Full final : public StateArchive {
   public:
    void vector(const std::string&, float*, std::size_t) override {
      if (++vectors > 1) throw InternalError("the disk is full");
    }
    void numbers(const std::string&, std::vector<double>&) override {}
    int vectors = 0;
  };
  const ProblemSpec problem = shared_problem();
  const SharedEnd expected = run_together(3, problem, "", "").front();
  std::vector<Optimized> ends(3);
  int told = 0;
  run_as_ranks(3, [&](Ranks& ranks) {
    Engine engine = small_engine();
    engine.ranks = &ranks;
    const auto callback = [&](const Step& step) {
      Full full;
      CHECK_THROWS_AS(step.progress.save(full), InternalError);
      CHECK(full.vectors == 2);
      ++told;
      return Next{};
    };
    ends[static_cast<std::size_t>(ranks.rank())] = optimize(engine, problem, callback);
  });
  CHECK(told > 4);
  for (const Optimized& end : ends) {
    CHECK(identity_of(end.picture) == identity_of(expected.optimized.picture));
  }
}

TEST_CASE("ranks: all stop when the first says so, and start afresh with its weights") {
  const ProblemSpec problem = shared_problem();
  for (const SharedEnd& end : run_together(3, problem, "", "", 3)) {
    CHECK(end.optimized.result.reason == Reason::stopped_by_caller);
    CHECK(end.optimized.result.iterations == 2);
  }
  std::vector<LossValues> last(2);
  run_as_ranks(2, [&](Ranks& ranks) {
    Engine engine = small_engine();
    engine.ranks = &ranks;
    const auto callback = [&](const Step& step) {
      Next next;
      if (step.progress.iterations == 2 && !step.afresh) {
        next = {Then::kStartAfresh, step.weights};
        next.weights[static_cast<std::size_t>(LossKind::kContent)] = 0;
      }
      return next;
    };
    last[static_cast<std::size_t>(ranks.rank())] = optimize(engine, problem, callback).last;
  });
  CHECK(last[0].sum(LossKind::kContent) == 0);
  CHECK(last[1].sum(LossKind::kContent) == 0);
  CHECK(last[0].total == last[1].total);
}

}  // namespace vggstyle::test
