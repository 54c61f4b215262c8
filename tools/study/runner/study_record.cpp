#include "tools/study/runner/study_record.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "tools/session/files/result_file.h"
#include "tools/session/optimize.h"

namespace vggstyle {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const LossValues& values) {
  Json json = {{"total", values.total}, {"terms", Json::array()}};
  for (const TermValue& term : values.terms) {
    json["terms"].push_back(
        {{"kind", name_of(term.kind)}, {"layer", term.layer}, {"value", term.value}});
    if (term.region != kWholePicture) json["terms"].back()["region"] = term.region;
  }
  return json;
}

LossValues values_of(const Json& json) {
  LossValues values;
  values.total = json.at("total");
  for (const Json& term : json.at("terms")) {
    for (const LossKind kind : kLossKinds) {
      if (term.at("kind") == name_of(kind)) {
        values.terms.push_back(
            {kind, term.at("layer"), term.at("value"), term.value("region", kWholePicture)});
      }
    }
  }
  return values;
}

}  // namespace

std::optional<StudyRecord> optimize_recorded(Engine& engine, const ProblemSpec& problem,
                                             const std::function<bool(double done)>& on_step) {
  StudyRecord record;
  const Optimized made = optimize(engine, problem, [&](const Step& step) {
    record.curve_evaluations.push_back(step.progress.evaluations);
    record.curve_values.push_back(step.values.total);
    return Next{on_step(step.done) ? Then::kGoOn : Then::kStop};
  });
  if (made.result.reason == Reason::stopped_by_caller) return std::nullopt;
  record.picture = made.picture;
  record.first = made.first;
  record.last = made.last;
  record.evaluations = made.result.evaluations;
  record.ended = describe(made.result.reason);
  return record;
}

RecordFiles record_files(const std::string& stem) {
  return {stem + ".png", stem + ".json"};
}

std::optional<StudyRecord> read_record(const RecordFiles& files, const std::string& settings) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(files.json, error) ||
      !std::filesystem::exists(files.picture, error)) {
    return std::nullopt;
  }
  std::ifstream file(files.json);
  try {
    const Json json = Json::parse(file);
    if (json.at("made_with").dump() != settings || json.value("bits", 8) != files.bits) {
      return std::nullopt;
    }
    StudyRecord record{read_picture(files.picture, files.reading),
                       values_of(json.at("first")),
                       values_of(json.at("last")),
                       json.at("evaluations"),
                       json.at("ended"),
                       json.at("curve_evaluations"),
                       json.at("curve_values")};
    if (json.at("picture") != identity_of(record.picture)) return std::nullopt;
    if (record.curve_evaluations.size() != record.curve_values.size()) return std::nullopt;
    return record;
  } catch (const Json::exception&) {
    return std::nullopt;  // cut off, or somebody else's: made again
  } catch (const InputError&) {
    return std::nullopt;
  }
}

void write_record(const RecordFiles& files, const ProblemSpec& problem, const Engine& engine,
                  const std::string& command_line, StudyRecord& record) {
  write_result(files.picture, record.picture, files.bits, problem, engine, command_line);
  record.picture = read_picture(files.picture, files.reading);
  const Json json = {{"made_with", Json::parse(settings_text(problem, engine))},
                     {"picture", identity_of(record.picture)},
                     {"bits", files.bits},
                     {"evaluations", record.evaluations},
                     {"ended", record.ended},
                     {"first", json_of(record.first)},
                     {"last", json_of(record.last)},
                     {"curve_evaluations", record.curve_evaluations},
                     {"curve_values", record.curve_values}};
  AtomicFile file(files.json);
  std::ofstream stream(file.temporary_path());
  stream << json.dump(1) << '\n';
  stream.close();
  if (!stream) throw InternalError(files.json + " could not be written: is the disk full?");
  file.commit();
}

}  // namespace vggstyle
