#include "tools/study/runner/study_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "runtime/error.h"
#include "runtime/interrupt.h"
#include "runtime/standard_streams.h"
#include "tools/pictures/picture_files.h"
#include "tools/session/expected_time.h"
#include "tools/session/files/result_file.h"
#include "tools/session/memory.h"
#include "tools/session/optimize.h"
#include "tools/session/settings/check.h"
#include "tools/study/runner/study_parts.h"
#include "tools/study/runner/study_progress.h"
#include "tools/transfer/progress.h"

namespace vggstyle {
namespace {

/// A picture that is still to be made.
struct PendingRun {
  std::size_t index;  ///< of its run
  double work;        ///< of one evaluation
};

/// Evaluations of layers cost by their work; those of the pixels alone count as a little.
double work_of(const ProblemSpec& problem, const Engine& engine) {
  const Shape pixels{3, problem.start.height, problem.start.width};
  const double flop =
      plan_graph(engine.model(), pixels, problem.loss, engine.backend->storage()).flop();
  return std::max(flop, 1000.0 * static_cast<double>(pixels.elements()));
}

/// How many pictures to make at once. A small picture keeps one core busy, and several cores lose
/// more by waiting for each other than by working on pictures of their own.
int count_at_once(const StudyRequest& request, const Engine& engine,
                  const std::vector<StudyRun>& runs, const std::vector<PendingRun>& pending) {
  if (engine.device->id() != "cpu") {
    if (request.at_once > 1) {
      throw SettingError("at-once", ": a GPU makes one picture at a time; leave this option out");
    }
    return 1;
  }
  double most_bytes = 0;
  for (const PendingRun& run : pending) {
    const ProblemSpec& problem = runs[run.index].problem;
    most_bytes = std::max(most_bytes, run_bytes(memory_facts(problem, engine),
                                                {problem.start.width, problem.start.height}));
  }
  const auto available = static_cast<double>(engine.device->available_memory());
  const int fit = std::max(1, static_cast<int>(0.8 * available / std::max(most_bytes, 1.0)));
  const int wanted = request.at_once > 0 ? request.at_once : engine.device->threads();
  return std::max(1, std::min({wanted, fit, static_cast<int>(pending.size())}));
}

void say_what_comes(const StudyRequest& request, Engine& engine, const std::vector<StudyRun>& runs,
                    const std::vector<PendingRun>& pending, double work) {
  if (request.quiet) return;
  const ProblemSpec& first = runs[pending.front().index].problem;
  const double seconds =
      measured_seconds(engine, first.loss, {first.start.width, first.start.height});
  const std::size_t kept = runs.size() - pending.size();
  tell(fmt::format("{}: {}; {}; {}{}, about {}", engine.device->id(), with_threads(*engine.device),
                   engine.explanation,
                   pending.size() == 1 ? "1 picture" : fmt::format("{} pictures", pending.size()),
                   kept > 0 ? fmt::format(" ({} more are there)", kept) : "",
                   duration_text(seconds * work / pending.front().work)));
}

/// Makes pictures until there are none left, on an engine of its own or the study's.
class Worker {
 public:
  Worker(const StudyRequest& request, const StudyFolder& folder, const std::vector<StudyRun>& runs,
         const std::vector<PendingRun>& pending, std::vector<std::optional<StudyRecord>>& records,
         StudyProgress& progress, const InterruptGuard& guard)
      : request_(request),
        folder_(folder),
        runs_(runs),
        pending_(pending),
        records_(records),
        progress_(progress),
        guard_(guard) {}

  void work(Engine& engine) {
    for (std::size_t job = next_++; job < pending_.size() && !stopped(); job = next_++) {
      make(pending_[job], engine);
    }
  }
  /// The others end after their next step.
  void stop() { failed_ = true; }

 private:
  bool stopped() const { return failed_ || guard_.interrupted(); }

  void make(const PendingRun& run, Engine& engine) {
    const auto& [name, problem] = runs_[run.index];
    const double work = work_of(problem.minimizer) * run.work;
    double done = 0;
    std::optional<StudyRecord> record = optimize_recorded(engine, problem, [&](double now) {
      progress_.add_work((now - done) * work);
      done = now;
      return !stopped();
    });
    if (!record) return;
    write_record(record_files(folder_.file("pictures/" + name)), problem, engine,
                 request_.command_line, *record);
    progress_.add_work((1 - done) * work);
    progress_.add_picture();
    records_[run.index] = std::move(record);
  }

  const StudyRequest& request_;
  const StudyFolder& folder_;
  const std::vector<StudyRun>& runs_;
  const std::vector<PendingRun>& pending_;
  std::vector<std::optional<StudyRecord>>& records_;
  StudyProgress& progress_;
  const InterruptGuard& guard_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
};

/// `count` threads, each with an engine of its own that shares the weights. The first error of any
/// is thrown.
void work_at_once(Worker& worker, const Engine& engine, int count) {
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(count));
  std::vector<std::jthread> threads;  // joined also where one of them cannot be started
  for (std::exception_ptr& error : errors) {
    threads.emplace_back([&] {
      try {
        Engine own = share(engine, std::max(1, engine.device->threads() / count));
        worker.work(own);
      } catch (...) {
        error = std::current_exception();
        worker.stop();
      }
    });
  }
  for (std::jthread& thread : threads) thread.join();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace

void check_runs(const StudyRequest& request, const StudyFolder& folder, const Engine& engine,
                const std::vector<StudyRun>& runs) {
  std::vector<std::string> names;
  for (const auto& [name, problem] : runs) {
    check_scales(problem);
    check_regions(problem, engine);
    const int deepest = deepest_layer(problem.loss);
    check_fits(engine.model(), deepest, problem.start.width, problem.start.height);
    for (const Picture& style : problem.styles) {
      check_fits(engine.model(), deepest, style.width, style.height);
    }
    names.push_back("pictures/" + name + ".png");
    names.push_back("pictures/" + name + ".json");
  }
  std::vector<std::string> inputs = picture_files(request.images);
  inputs.push_back(engine.weights_path);
  folder.check_names(inputs, names);
}

std::vector<StudyRecord> make_pictures(const StudyRequest& request, const StudyFolder& folder,
                                       Engine& engine, const std::vector<StudyRun>& runs) {
  check_range("at-once", request.at_once, 0, 1024);
  check_runs(request, folder, engine, runs);
  std::vector<std::optional<StudyRecord>> records(runs.size());
  std::vector<PendingRun> pending;
  double work = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const ProblemSpec& problem = runs[i].problem;
    records[i] = read_record(record_files(folder.file("pictures/" + runs[i].name)),
                             settings_text(problem, engine));
    if (records[i]) continue;
    check_memory(problem, engine);
    pending.push_back({i, work_of(problem, engine)});
    work += problem.minimizer.iterations * pending.back().work;
  }
  if (!pending.empty()) {
    const int at_once = count_at_once(request, engine, runs, pending);
    say_what_comes(request, engine, runs, pending, work);
    const InterruptGuard guard;
    StudyProgress progress(request.quiet, pending.size(), work);
    Worker worker(request, folder, runs, pending, records, progress, guard);
    if (at_once == 1) {
      worker.work(engine);
    } else {
      work_at_once(worker, engine, at_once);
    }
    progress.finish();
    const auto missing =
        static_cast<std::size_t>(std::count(records.begin(), records.end(), std::nullopt));
    if (missing > 0) throw StudyInterrupted(runs.size() - missing, runs.size());
  }
  std::vector<StudyRecord> result;
  for (std::optional<StudyRecord>& record : records) result.push_back(std::move(*record));
  return result;
}

}  // namespace vggstyle
