#include "tools/study/batch/batch_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "runtime/files/atomic_file.h"
#include "runtime/interrupt.h"
#include "runtime/standard_streams.h"
#include "tools/session/files/result_file.h"
#include "tools/session/memory.h"
#include "tools/session/optimize.h"
#include "tools/session/settings/check.h"
#include "tools/study/batch/memory_gate.h"
#include "tools/study/batch/prepared_job.h"
#include "tools/study/runner/study_progress.h"

namespace vggstyle {
namespace {

using Kind = JobState::Kind;

/// A job that is not done.
struct PendingJob {
  const BatchJob* job;
  JobState* state;
  Engine* engine;  ///< the batch's
};

std::string summary(const StudyRecord& record) {
  return fmt::format("loss {:.4g} after {} evaluations", record.last.total, record.evaluations);
}

/// What is left to do. Jobs that cannot have an engine have failed; others are looked at only if
/// they have left a record, and what fails there will fail again when it is run.
std::vector<PendingJob> find_pending(const BatchRequest& request, BatchEngines& engines,
                                     JobStates& states, const InterruptGuard& guard) {
  std::vector<PendingJob> pending;
  for (std::size_t i = 0; i < request.jobs.size() && !guard.interrupted(); ++i) {
    const BatchJob& job = request.jobs[i];
    try {
      Engine& engine = engines.of(job.request.settings);
      if (const auto record = finished_record(job, engine)) {
        states[i] = {Kind::kDone, summary(*record)};
      } else {
        pending.push_back({&job, &states[i], &engine});
      }
    } catch (const std::exception&) {
      states[i] = {Kind::kFailed, failure_text()};
    }
  }
  return pending;
}

/// A GPU makes one picture at a time; on the processor a small picture keeps one core busy, and
/// several cores do better with a picture each than all with one.
int count_at_once(const BatchRequest& request, const std::vector<PendingJob>& pending) {
  const bool gpu = std::ranges::any_of(
      pending, [](const PendingJob& job) { return job.engine->device->id() != "cpu"; });
  if (gpu && request.at_once > 1) {
    throw SettingError("at-once", ": a GPU makes one picture at a time; leave this option out");
  }
  const int threads = pending.front().engine->device->threads();
  const int wanted = gpu ? 1 : request.at_once > 0 ? request.at_once : threads;
  return std::clamp(wanted, 1, static_cast<int>(pending.size()));
}

/// Runs jobs until there are none left.
class Worker {
 public:
  /// `share`: of the free memory, which other processes use, too.
  Worker(const std::vector<PendingJob>& pending, int at_once, double share, StudyProgress& progress,
         const InterruptGuard& guard)
      : pending_(pending),
        at_once_(at_once),
        gate_(share * 0.8 *
              static_cast<double>(pending.front().engine->device->available_memory())),
        progress_(progress),
        guard_(guard) {}

  void work() {
    for (std::size_t next = next_++; next < pending_.size() && !guard_.interrupted();
         next = next_++) {
      const PendingJob& pending = pending_[next];
      double done = 0;
      try {
        make(pending, done);
      } catch (const std::exception&) {
        *pending.state = {Kind::kFailed, failure_text()};
      }
      if (guard_.interrupted()) continue;
      progress_.add_work(1 - done);
      if (pending.state->kind == Kind::kDone) progress_.add_picture();
    }
  }

 private:
  void make(const PendingJob& pending, double& done) {
    const BatchJob& job = *pending.job;
    if (pending.engine->device->id() != "cpu") {
      make_on(*pending.engine, pending, done);
      return;
    }
    const int asked = job.request.settings.device.threads;
    const int threads = asked > 0 ? asked : pending.engine->device->threads();
    Engine engine = share(*pending.engine, std::max(1, threads / at_once_));
    make_on(engine, pending, done);
  }

  void make_on(Engine& engine, const PendingJob& pending, double& done) {
    const BatchJob& job = *pending.job;
    const ProblemSpec problem = prepare(job, engine);
    check_output_path(job.request.output.path);
    const double bytes = planned_bytes(problem, engine);
    const MemoryGate::Pass pass(gate_, bytes);
    if (pass.came_alone()) check_memory(problem, engine);
    std::optional<StudyRecord> record = optimize_recorded(engine, problem, [&](double now) {
      progress_.add_work(now - done);
      done = now;
      return !guard_.interrupted();
    });
    if (!record) return;
    write_record(files_of(job), problem, engine, job.request.invocation.line, *record);
    *pending.state = {Kind::kDone, summary(*record)};
  }

  const std::vector<PendingJob>& pending_;
  const int at_once_;
  MemoryGate gate_;
  StudyProgress& progress_;
  const InterruptGuard& guard_;
  std::atomic<std::size_t> next_ = 0;
};

void say_what_comes(const BatchRequest& request, const std::vector<PendingJob>& pending,
                    std::size_t done, int at_once) {
  if (request.quiet) return;
  const Engine& engine = *pending.front().engine;
  tell(fmt::format("{}: {}; {}; {}{}, {} at once", engine.device->id(),
                   with_threads(*engine.device), engine.explanation,
                   pending.size() == 1 ? "1 picture" : fmt::format("{} pictures", pending.size()),
                   done > 0 ? fmt::format(" ({} more are there)", done) : "", at_once));
}

}  // namespace

std::string failure_line(const BatchJob& job, const JobState& state) {
  return fmt::format("job {}, {}: {}", job.number, job.name, state.text);
}

std::size_t count(const JobStates& states, JobState::Kind kind) {
  return static_cast<std::size_t>(std::ranges::count(states, kind, &JobState::kind));
}

JobStates run_jobs(const BatchRequest& request) {
  JobStates states(request.jobs.size());
  const InterruptGuard guard;
  BatchEngines engines;
  const std::vector<PendingJob> pending = find_pending(request, engines, states, guard);
  if (pending.empty() || guard.interrupted()) return states;
  const int at_once = count_at_once(request, pending);
  say_what_comes(request, pending, count(states, Kind::kDone), at_once);
  StudyProgress progress(request.quiet, pending.size(), static_cast<double>(pending.size()));
  const double share = request.ranks != nullptr ? 1.0 / request.ranks->local_size() : 1;
  Worker worker(pending, at_once, share, progress, guard);
  if (at_once == 1) {
    worker.work();
  } else {
    std::vector<std::jthread> threads;
    for (int i = 0; i < at_once; ++i) threads.emplace_back([&] { worker.work(); });
  }
  progress.finish();
  return states;
}

}  // namespace vggstyle
