#include "tools/study/batch/prepared_job.h"

#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <new>

#include "tools/pictures/write.h"
#include "tools/session/files/result_file.h"
#include "tools/session/optimize.h"
#include "tools/session/settings/check.h"
#include "tools/transfer/read_problem.h"

namespace vggstyle {
namespace {

/// The same for settings that the same engine serves.
std::string engine_key(const Settings& settings) {
  const NetworkSettings& network = settings.network;
  // Threads and memory are shared out among the jobs. Named one by one, so that a setting that is new cannot be forgotten.
  const auto& [kind, index, precision, plain_kernels, cudnn, cublas, instructions, threads,
               memory] = settings.device;
  const auto number = [](const auto& choice) { return choice ? static_cast<int>(*choice) : -1; };
  return fmt::format("{} {} {} {} {} {} '{}' {} {} {}", static_cast<int>(kind), index,
                     number(precision), plain_kernels, cudnn, cublas, instructions,
                     number(network.model), number(network.preprocessing), network.weights);
}

}  // namespace

Engine& BatchEngines::of(const Settings& settings) {
  const std::string key = engine_key(settings);
  if (const auto found = engines_.find(key); found != engines_.end()) return found->second;
  DeviceSettings device = settings.device;
  device.threads = 0;
  return engines_.emplace(key, make_engine(make_device(device), device, settings.network))
      .first->second;
}

RecordFiles files_of(const BatchJob& job) {
  const OutputSettings& output = job.request.output;
  return {output.path,
          std::filesystem::path(output.path).replace_extension(".json").string(),
          output.bits,
          {.max_megapixels = job.request.settings.pictures.reading.max_megapixels}};
}

ProblemSpec prepare(const BatchJob& job, const Engine& engine) {
  ProblemSpec problem = read_problem(job.request, engine);
  check_picture_format(job.request.output.path, job.request.output.bits, problem.alpha.has_value());
  check_scales(problem);
  check_regions(problem, engine);
  return problem;
}

std::optional<StudyRecord> finished_record(const BatchJob& job, const Engine& engine) {
  const RecordFiles files = files_of(job);
  std::error_code error;
  if (!std::filesystem::exists(files.json, error)) return std::nullopt;
  return read_record(files, settings_text(prepare(job, engine), engine));
}

std::string failure_text() {
  try {
    throw;
  } catch (const SettingError& error) {
    return std::string("--") + error.what();
  } catch (const std::bad_alloc&) {
    return "out of memory: use a smaller --size";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace vggstyle
