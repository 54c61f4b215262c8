#include "tools/study/runner/study_record.h"

#include <fmt/format.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "runtime/atomic_file.h"
#include "runtime/error.h"
#include "tools/cli/loss_options.h"
#include "tools/pictures/read.h"
#include "tools/session/result_file.h"
#include "tools/session/version.h"

namespace vggstyle {
namespace {

using Json = nlohmann::ordered_json;

Json identity_of(const Picture& picture) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(picture.rgb.data());
  const auto sum = ::crc32_z(0, bytes, picture.rgb.size() * sizeof(float));
  return fmt::format("{}x{} {:08x}", picture.width, picture.height, sum);
}

Json json_of(const LossValues& values) {
  return {{"total", values.total},
          {"style", values.style},
          {"content", values.content},
          {"tv", values.tv}};
}

LossValues values_of(const Json& json) {
  return {json.at("total"), json.at("style"), json.at("content"), json.at("tv")};
}

}  // namespace

Json made_with(const Optimization& optimization, const Engine& engine) {
  const auto& [spec, search, content, styles, blend, start] = optimization;
  const Model model = engine.weights.model;
  Json json = {{"software", fmt::format("vggstyle {}", version())},
               {"weights", engine.weights.id},
               {"precision", precision_name(engine.backend->precision())},
               {"style_layers", layers_text(model, spec.style_layers)},
               {"content_layers", layers_text(model, spec.content_layers)},
               {"gram", name_of(spec.gram)},
               {"normalization", name_of(spec.normalization)},
               {"pooling", name_of(spec.pooling)},
               {"style_weight", spec.style_weight},
               {"content_weight", spec.content_weight},
               {"tv_weight", spec.tv_weight},
               {"optimizer", name_of(search.optimizer)},
               {"iterations", search.iterations},
               {"history", search.history},
               {"start", identity_of(start)},
               {"blend", blend}};
  if (search.learning_rate) json["learning_rate"] = *search.learning_rate;
  if (content) json["content"] = identity_of(*content);
  for (const Picture& style : styles) json["styles"].push_back(identity_of(style));
  return json;
}

std::optional<StudyRecord> read_record(const std::string& stem, const Json& made_with) {
  std::ifstream file(stem + ".json");
  if (!file || !std::filesystem::exists(stem + ".png")) return std::nullopt;
  try {
    const Json json = Json::parse(file);
    if (json.at("made_with") != made_with) return std::nullopt;
    StudyRecord record{read_picture(stem + ".png"),
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

void write_record(const std::string& stem, const Json& made_with, const Optimization& optimization,
                  const Engine& engine, const std::string& command_line, StudyRecord& record) {
  write_result(stem + ".png", record.picture, 8, engine, command_line, optimization.search.seed);
  record.picture = read_picture(stem + ".png");
  const Json json = {{"made_with", made_with},
                     {"picture", identity_of(record.picture)},
                     {"evaluations", record.evaluations},
                     {"ended", record.ended},
                     {"first", json_of(record.first)},
                     {"last", json_of(record.last)},
                     {"curve_evaluations", record.curve_evaluations},
                     {"curve_values", record.curve_values}};
  AtomicFile file(stem + ".json");
  std::ofstream stream(file.temporary_path());
  stream << json.dump(1) << '\n';
  stream.close();
  if (!stream) throw InternalError(stem + ".json could not be written: is the disk full?");
  file.commit();
}

}  // namespace vggstyle
