#include "tools/study/runner/study_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "net/cost.h"
#include "runtime/error.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/numbers.h"
#include "tools/session/expected_time.h"
#include "tools/study/runner/study_parts.h"
#include "tools/study/runner/study_progress.h"
#include "tools/transfer/progress.h"

namespace vggstyle {
namespace {

/// A picture that is still to be made.
struct Job {
  std::size_t index;  ///< of its task
  nlohmann::ordered_json made_with;
  double work;  ///< of one evaluation
};

/// Evaluations of layers cost by their work; those of the pixels alone count as a little.
double work_of(const Optimization& optimization, const Engine& engine) {
  const Shape pixels{3, optimization.start.height, optimization.start.width};
  const double flop =
      graph_cost(engine.weights.model, pixels, optimization.spec, engine.storage()).flop();
  return std::max(flop, 1000.0 * static_cast<double>(pixels.elements()));
}

/// How many pictures to make at once. A small picture keeps one core busy, and several cores lose
/// more by waiting for each other than by working on pictures of their own.
int count_at_once(const StudyRequest& request, const Engine& engine,
                  const std::vector<StudyTask>& tasks, const std::vector<Job>& jobs) {
  if (engine.device->id() != "cpu") {
    if (request.at_once > 1) {
      throw InputError("--at-once: a GPU makes one picture after the other; leave it out");
    }
    return 1;
  }
  double most_bytes = 0;
  for (const Job& job : jobs) {
    most_bytes = std::max(most_bytes, memory_needed(tasks[job.index].optimization, engine));
  }
  const auto available = static_cast<double>(engine.device->available_memory());
  const int fit = std::max(1, static_cast<int>(0.8 * available / std::max(most_bytes, 1.0)));
  const int wanted = request.at_once > 0 ? request.at_once : engine.device->threads();
  return std::max(1, std::min({wanted, fit, static_cast<int>(jobs.size())}));
}

void say_what_comes(const StudyRequest& request, Engine& engine,
                    const std::vector<StudyTask>& tasks, const std::vector<Job>& jobs,
                    double work) {
  if (request.quiet) return;
  const Optimization& first = tasks[jobs.front().index].optimization;
  const double seconds =
      measured_seconds(engine, first.spec, {first.start.width, first.start.height});
  const std::size_t kept = tasks.size() - jobs.size();
  fmt::print(stderr, "{}: {}; {}; {}{}, about {}\n", engine.device->id(), engine.device->name(),
             engine.explanation,
             jobs.size() == 1 ? "1 picture" : fmt::format("{} pictures", jobs.size()),
             kept > 0 ? fmt::format(" ({} more are there)", kept) : "",
             duration_text(seconds * work / jobs.front().work));
}

/// Makes pictures until there are none left, on an engine of its own or the study's.
class Worker {
 public:
  Worker(const StudyRequest& request, const StudyFolder& folder,
         const std::vector<StudyTask>& tasks, const std::vector<Job>& jobs,
         std::vector<std::optional<StudyRecord>>& records, StudyProgress& progress,
         const InterruptGuard& guard)
      : request_(request),
        folder_(folder),
        tasks_(tasks),
        jobs_(jobs),
        records_(records),
        progress_(progress),
        guard_(guard) {}

  void work(Engine& engine) {
    for (std::size_t job = next_++; job < jobs_.size() && !stopped(); job = next_++) {
      make(jobs_[job], engine);
    }
  }
  /// The others end after their next step.
  void stop() { failed_ = true; }

 private:
  bool stopped() const { return failed_ || guard_.interrupted(); }

  void make(const Job& job, Engine& engine) {
    const auto& [name, optimization] = tasks_[job.index];
    StudyRecord record;
    int evaluations = 0;
    const Optimized made =
        optimize(engine, optimization, [&](const Progress& progress, const LossValues& terms) {
          progress_.add_work((progress.evaluations - evaluations) * job.work);
          evaluations = progress.evaluations;
          record.curve_evaluations.push_back(progress.evaluations);
          record.curve_values.push_back(terms.total);
          return !stopped();
        });
    if (made.result.reason == Reason::stopped_by_caller) return;
    record.picture = made.picture;
    record.first = made.first;
    record.last = made.last;
    record.evaluations = made.result.evaluations;
    record.ended = describe(made.result.reason);
    write_record(folder_.file("pictures/" + name), job.made_with, optimization, engine,
                 request_.command_line, record);
    progress_.add_work((optimization.search.iterations - evaluations) * job.work);
    progress_.add_picture();
    records_[job.index] = std::move(record);
  }

  const StudyRequest& request_;
  const StudyFolder& folder_;
  const std::vector<StudyTask>& tasks_;
  const std::vector<Job>& jobs_;
  std::vector<std::optional<StudyRecord>>& records_;
  StudyProgress& progress_;
  const InterruptGuard& guard_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
};

/// `count` threads, each with an engine of its own. The first error of any is thrown.
void work_at_once(Worker& worker, const StudyRequest& request, int count, int cores) {
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(count));
  std::vector<std::jthread> threads;  // joined also where one of them cannot be started
  for (std::exception_ptr& error : errors) {
    threads.emplace_back([&] {
      try {
        NetworkOptions network = request.network;
        network.device = "cpu";
        network.threads = std::max(1, cores / count);
        Engine engine = make_engine(make_device(network), network);
        worker.work(engine);
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

void check_tasks(const StudyRequest& request, const StudyFolder& folder, const Engine& engine,
                 const std::vector<StudyTask>& tasks) {
  std::vector<std::string> names;
  for (const auto& [name, optimization] : tasks) {
    const int deepest = deepest_layer(optimization.spec);
    check_fits(engine.weights.model, deepest, optimization.start.width, optimization.start.height);
    for (const Picture& style : optimization.styles) {
      check_fits(engine.weights.model, deepest, style.width, style.height);
    }
    names.push_back("pictures/" + name + ".png");
    names.push_back("pictures/" + name + ".json");
  }
  folder.check_names(image_files(request.images), names);
}

std::vector<StudyRecord> make_pictures(const StudyRequest& request, const StudyFolder& folder,
                                       Engine& engine, const std::vector<StudyTask>& tasks) {
  check_range("--at-once", request.at_once, 0, 1024);
  check_tasks(request, folder, engine, tasks);
  std::vector<std::optional<StudyRecord>> records(tasks.size());
  std::vector<Job> jobs;
  double work = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Optimization& optimization = tasks[i].optimization;
    nlohmann::ordered_json with = made_with(optimization, engine);
    records[i] = read_record(folder.file("pictures/" + tasks[i].name), with);
    if (records[i]) continue;
    check_memory(optimization, engine);
    jobs.push_back({i, std::move(with), work_of(optimization, engine)});
    work += optimization.search.iterations * jobs.back().work;
  }
  if (!jobs.empty()) {
    const int at_once = count_at_once(request, engine, tasks, jobs);
    say_what_comes(request, engine, tasks, jobs, work);
    const InterruptGuard guard;
    StudyProgress progress(request.quiet, jobs.size(), work);
    Worker worker(request, folder, tasks, jobs, records, progress, guard);
    if (at_once == 1) {
      worker.work(engine);
    } else {
      work_at_once(worker, request, at_once, engine.device->threads());
    }
    progress.finish();
    const auto missing =
        static_cast<std::size_t>(std::count(records.begin(), records.end(), std::nullopt));
    if (missing > 0) throw StudyInterrupted(tasks.size() - missing, tasks.size());
  }
  std::vector<StudyRecord> result;
  for (std::optional<StudyRecord>& record : records) result.push_back(std::move(*record));
  return result;
}

}  // namespace vggstyle
