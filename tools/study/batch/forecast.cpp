#include "tools/study/batch/forecast.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/standard_streams.h"
#include "tools/session/files/result_file.h"

namespace vggstyle {
namespace {

JobForecast forecast_job(const BatchJob& job, BatchEngines& engines, double& available) {
  try {
    const Engine& engine = engines.of(job.request.settings);
    available = std::max(available, static_cast<double>(engine.device->available_memory()));
    const ProblemSpec problem = prepare(job, engine);
    const PictureSize size{problem.start.width, problem.start.height};
    const double bytes = planned_bytes(problem, engine);
    const auto record = read_record(files_of(job), settings_text(problem, engine));
    return {size, bytes, record.has_value(), ""};
  } catch (const std::exception&) {
    return {{}, 0, false, failure_text()};
  }
}

std::vector<JobForecast> forecast(const BatchRequest& request, double& available) {
  std::vector<JobForecast> jobs;
  BatchEngines engines;
  for (const BatchJob& job : request.jobs) jobs.push_back(forecast_job(job, engines, available));
  return jobs;
}

std::string outlook(const JobForecast& job, double available) {
  if (!job.failure.empty()) return "cannot run: " + printable(job.failure);
  if (job.done) return "done";
  return job.bytes <= available ? "to do" : "does not fit";
}

}  // namespace

std::vector<JobForecast> forecast(const BatchRequest& request) {
  double available = 0;
  return forecast(request, available);
}

int list_batch(const BatchRequest& request) {
  double available = 0, most = 0;
  const std::vector<JobForecast> jobs = forecast(request, available);
  std::size_t width = 7;  // of "picture"
  for (const BatchJob& job : request.jobs) width = std::max(width, printable(job.name).size());
  fmt::print("{:>5}  {:<{}}  {:>11}  {:>9}\n", "job", "picture", width, "pixels", "memory MB");
  int done = 0, failed = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const JobForecast& job = jobs[i];
    const bool known = job.failure.empty();
    done += job.done ? 1 : 0;
    failed += known ? 0 : 1;
    if (!job.done) most = std::max(most, job.bytes);
    fmt::print("{:>5}  {:<{}}  {:>11}  {:>9}  {}\n", request.jobs[i].number,
               printable(request.jobs[i].name), width,
               known ? fmt::format("{}x{}", job.size.first, job.size.second) : "",
               known ? fmt::format("{:.0f}", job.bytes * 1e-6) : "", outlook(job, available));
  }
  fmt::print("\n{} to do, {} done, {} cannot run; the largest takes {:.0f} MB of {:.0f} MB\n",
             static_cast<int>(jobs.size()) - done - failed, done, failed, most * 1e-6,
             available * 1e-6);
  return 0;
}

}  // namespace vggstyle
