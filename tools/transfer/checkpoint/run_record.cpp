#include "tools/transfer/checkpoint/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "runtime/error.h"
#include "runtime/standard_streams.h"
#include "runtime/version.h"
#include "tools/session/checkpoint/living.h"
#include "tools/session/checkpoint/seal.h"
#include "tools/session/files/result_file.h"
#include "tools/session/settings/check.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string processor_of(const Engine& engine) {
  return fmt::format(
      "{} ({}){}", engine.device->name(), cpu_kernels_of(engine.settings).name,
      engine.ranks == nullptr ? "" : fmt::format(", {} processes", engine.ranks->size()));
}

/// Standard input stays what it is.
std::string absolute(const std::string& path) {
  if (is_standard_stream(path)) return path;
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  return error ? path : whole.lexically_normal().string();
}

/// "" for weights that are no file.
std::string weights_file(const Engine& engine) {
  return is_synthetic(engine.weights_path) ? "" : absolute(engine.weights_path);
}

std::vector<InputFile> checksummed(std::vector<InputFile> files) {
  for (InputFile& file : files) {
    if (can_be_read_again(file)) file.checksum = checksum_of_file(file.path);
  }
  return files;
}

/// One of `files` that is not among `others`; null if there is none.
const InputFile* find_other(const std::vector<InputFile>& files,
                            const std::vector<InputFile>& others) {
  const auto found = std::ranges::find_if(files, [&](const InputFile& file) {
    return std::ranges::find(others, file.path, &InputFile::path) == others.end();
  });
  return found == files.end() ? nullptr : &*found;
}

[[noreturn]] void throw_gone(const InputFile& file) {
  throw InputError(fmt::format(
      "cannot go on: '{}', {}, is not there any more; put it back, or start the run again",
      file.path, file.what));
}

}  // namespace

std::vector<InputFile> input_pictures(const RunRequest& request) {
  std::vector<InputFile> files;
  const auto add = [&](const std::string& path, const char* what) {
    if (!path.empty()) files.push_back({absolute(path), what, ""});
  };
  add(request.content, "the content");
  for (const std::string& style : request.styles) add(style, "a style");
  const PictureSettings& pictures = request.settings.pictures;
  for (const auto* masks : {&pictures.content_masks, &pictures.style_masks}) {
    for (const MaskSource& mask : *masks) add(mask.file, "a mask");
  }
  add(request.settings.start.file, "the picture of --init");
  return files;
}

std::vector<InputFile> input_files(const RunRequest& request, const Engine& engine) {
  std::vector<InputFile> files = input_pictures(request);
  if (const std::string weights = weights_file(engine); !weights.empty()) {
    files.push_back({absolute(weights), "the weights", ""});
  }
  return files;
}

bool can_be_read_again(const InputFile& file) {
  std::error_code error;
  return !is_standard_stream(file.path) && fs::is_regular_file(file.path, error);
}

RunRecord make_record(const RunRequest& request, const Engine& engine, const ProblemSpec& problem) {
  const std::string weights = weights_file(engine);
  return {request.invocation,
          fs::current_path().string(),
          settings_text(problem, engine),
          engine.device->id(),
          processor_of(engine),
          cpu_kernels_of(engine.settings).word,
          this_process(),
          weights.empty() ? engine.weights_path : weights,
          problem.memory,
          checksummed(input_files(request, engine)),
          0,
          0};
}

std::string text_of(const RunRecord& record) {
  Json json = {{"software", fmt::format("vggstyle {}", version())},
               {"typed", record.invocation.typed},
               {"arguments", record.invocation.complete},
               {"folder", record.folder},
               {"device", record.device},
               {"processor", record.processor},
               {"instructions", record.instructions},
               {"process", record.process},
               {"weights", record.weights},
               {"memory", record.memory},
               {"inputs", Json::array()},
               {"evaluations", record.evaluations},
               {"seconds", record.seconds},
               {"settings", Json::parse(record.settings)}};
  for (const InputFile& file : record.inputs) {
    json["inputs"].push_back(
        {{"path", file.path}, {"what", file.what}, {"checksum", file.checksum}});
  }
  return json.dump();
}

RunRecord record_of(const std::string& text, const std::string& path) {
  try {
    const Json json = Json::parse(text);
    const std::string software = json.at("software");
    if (software != fmt::format("vggstyle {}", version())) {
      throw InputError(fmt::format(
          "'{}' was written by {}, and this is vggstyle {}: go on with that version, or start the "
          "run again",
          path, software, version()));
    }
    RunRecord record{{json.at("typed"), json.at("arguments"), ""},
                     json.at("folder"),
                     json.at("settings").dump(),
                     json.at("device"),
                     json.at("processor"),
                     json.at("instructions"),
                     json.at("process"),
                     json.at("weights"),
                     json.at("memory"),
                     {},
                     json.at("evaluations"),
                     json.at("seconds")};
    for (const Json& file : json.at("inputs")) {
      record.inputs.push_back({file.at("path"), file.at("what"), file.at("checksum")});
    }
    return record;
  } catch (const Json::exception&) {
    throw InputError(
        fmt::format("'{}' is a checkpoint that cannot be read: start the run again", path));
  }
}

void check_stopped(const RunRecord& record, const std::string& path) {
  if (is_living(record.process)) {
    throw InputError(
        fmt::format("the run of '{}' is still going on, as process {}: wait for it, or stop it "
                    "first",
                    path, process_number(record.process)));
  }
  for (const InputFile& file : record.inputs) {
    std::error_code error;
    if (!fs::exists(file.path, error)) throw_gone(file);
  }
}

void check_inputs(const RunRecord& record, const RunRequest& request, const Engine& engine) {
  const std::vector<InputFile> now = input_files(request, engine);
  if (const InputFile* added = find_other(now, record.inputs)) {
    throw InputError(
        fmt::format("cannot go on: '{}', {}, was not there when the run began; remove it, or start "
                    "the run again",
                    added->path, added->what));
  }
  if (const InputFile* gone = find_other(record.inputs, now)) throw_gone(*gone);
  for (const InputFile& file : record.inputs) {
    if (checksum_of_file(file.path) == file.checksum) continue;
    throw InputError(fmt::format(
        "cannot go on: '{}', {}, has changed since the run began; put it back, or start the run "
        "again",
        file.path, file.what));
  }
}

namespace {

/// Another number of evaluations leads where that run leads, from the start or from here.
void check_iterations(const RunRecord& record, const Minimizer& minimizer) {
  if (minimizer.optimizer == Optimizer::kGradientDescent || minimizer.scales > 1) {
    throw SettingError("iterations",
                       ": the steps of gradient descent, and the sizes of --scales, depend on it "
                       "from the start; leave it out, or start the run again");
  }
  if (minimizer.iterations < record.evaluations) {
    throw SettingError("iterations", fmt::format(" {}: the run has had {} already",
                                                 minimizer.iterations, record.evaluations));
  }
}

}  // namespace

void check_settings(const RunRecord& record, const ProblemSpec& problem, const Engine& engine) {
  const Json before = Json::parse(record.settings);
  const Json now = Json::parse(settings_text(problem, engine));
  if (before.at("iterations") != now.at("iterations")) check_iterations(record, problem.minimizer);
  const auto text = [](const Json& json, const std::string& name) {
    return json.contains(name) ? json.at(name).dump() : std::string("not there");
  };
  for (const Json* names : {&before, &now}) {
    for (const auto& [name, value] : names->items()) {
      if (name == "iterations" || text(before, name) == text(now, name)) continue;
      throw InputError(fmt::format(
          "cannot go on: '{}' of the run was {} and would be {} here; start the run again", name,
          text(before, name), text(now, name)));
    }
  }
}

std::string changed_processor(const RunRecord& record, const Engine& engine) {
  const std::string now = processor_of(engine);
  if (now == record.processor) return "";
  return fmt::format("the run began on {}, and this is {}: the picture may differ in last bits",
                     record.processor, now);
}

}  // namespace vggstyle
