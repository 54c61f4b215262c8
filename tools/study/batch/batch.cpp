#include "tools/study/batch/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "runtime/error.h"
#include "runtime/interrupt.h"
#include "runtime/standard_streams.h"
#include "tools/pictures/read.h"
#include "tools/report/study_folder.h"
#include "tools/session/settings/check.h"
#include "tools/study/batch/batch_page.h"
#include "tools/study/batch/batch_runner.h"
#include "tools/study/batch/prepared_job.h"
#include "tools/study/batch/shared_batch.h"
#include "tools/transfer/checkpoint/run_record.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;
using Kind = JobState::Kind;

/// Whether what is at a job's place was made by us: a picture says so in its text, whatever its
/// format, and a record has what its picture was made with.
bool is_ours(const RecordFiles& files, const std::string& path) {
  if (path == files.json) {
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return text.find("\"made_with\"") != std::string::npos;
  }
  try {
    return std::ranges::any_of(read_picture_text(path), [](const auto& entry) {
      return entry.first == "Software" && entry.second.starts_with("vggstyle");
    });
  } catch (const InputError&) {
    return false;  // no picture
  }
}

void check_ours(const BatchJob& job) {
  const RecordFiles files = files_of(job);
  for (const std::string& path : {files.picture, files.json}) {
    std::error_code error;
    if (!fs::exists(path, error) || is_ours(files, path)) continue;
    throw InputError(fmt::format(
        "job {} would overwrite '{}', which is not ours; give another folder or output, or "
        "remove it",
        job.number, path));
  }
}

/// Makes the folder and those inside, and sees that nothing of somebody else's is overwritten.
StudyFolder open_folder(const BatchRequest& request) {
  StudyFolder folder(request.folder, false);
  std::error_code error;
  if (fs::exists(fs::path(request.folder) / "study.json", error)) {
    throw InputError(fmt::format(
        "cannot write to the folder '{}': it has a study; give another folder", request.folder));
  }
  std::vector<std::string> inputs, names;
  for (const BatchJob& job : request.jobs) {
    for (const InputFile& file : input_pictures(job.request)) inputs.push_back(file.path);
    names.push_back(job.name);
    names.push_back(fs::path(job.name).replace_extension(".json").string());
    folder.file(job.name);
    check_ours(job);
  }
  std::ranges::sort(inputs);
  inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
  folder.check_names(inputs, names);
  return folder;
}

BatchRequest only_asked(BatchRequest request) {
  if (!request.only) return request;
  check_range("only", *request.only, 1, static_cast<long long>(request.jobs.size()));
  request.jobs = {request.jobs[static_cast<std::size_t>(*request.only) - 1]};
  return request;
}

void tell_failures(const BatchRequest& request, const JobStates& states) {
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i].kind != Kind::kFailed) continue;
    tell(failure_line(request.jobs[i], states[i]));
  }
}

/// The last words; the exit code.
int conclude(const BatchRequest& request, const JobStates& states) {
  const std::size_t done = count(states, Kind::kDone), failed = count(states, Kind::kFailed);
  tell_failures(request, states);
  if (done + failed < states.size()) {
    tell(fmt::format(
        "interrupted with {} of {} pictures made; run the same command again to make the rest",
        done, states.size()));
    return kExitInterrupted;
  }
  if (failed > 0) {
    tell(fmt::format("{} of {} jobs failed; the same command tries them again", failed,
                     states.size()));
    return 1;
  }
  if (!request.quiet) {
    tell(request.only
             ? fmt::format("{}: {}", request.jobs.front().request.output.path, states.front().text)
             : fmt::format("wrote {0}: open {0}/index.html", request.folder));
  }
  return 0;
}

}  // namespace

int batch(const BatchRequest& all) {
  check_range("at-once", all.at_once, 0, 1024);
  const BatchRequest request = only_asked(all);
  const StudyFolder folder = open_folder(request);
  const JobStates states =
      request.ranks != nullptr ? run_shared_jobs(request, *request.ranks) : run_jobs(request);
  if (request.ranks != nullptr && !request.ranks->leads()) return 0;
  const bool whole = count(states, Kind::kWaiting) == 0;
  if (whole && !request.only) folder.write_page(batch_page(request, states));
  return conclude(request, states);
}

}  // namespace vggstyle
