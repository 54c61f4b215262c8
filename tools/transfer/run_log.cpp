#include "tools/transfer/run_log.h"

#include <nlohmann/json.hpp>

#include "runtime/error.h"

namespace vggstyle {
namespace {

nlohmann::ordered_json by_layer(Model model, const std::vector<LossLayer>& layers,
                                const std::vector<double>& values) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < values.size(); ++i) {
    object[layer_name(model, layers[i].layer)] = values[i];
  }
  return object;
}

}  // namespace

RunLog::RunLog(const std::string& path, Model model, const LossSpec& spec)
    : path_(path), model_(model), spec_(spec) {
  if (path.empty()) return;
  file_.open(path, std::ios::trunc);
  if (!file_) throw InputError("cannot write the log '" + path + "': check its folder and rights");
}

void RunLog::write(const Progress& progress, const LossValues& terms, double seconds) {
  if (!file_.is_open()) return;
  nlohmann::ordered_json line = {
      {"evaluations", progress.evaluations},
      {"iterations", progress.iterations},
      {"seconds", seconds},
      {"total", terms.total},
      {"style", terms.style_total()},
      {"content", terms.content_total()},
      {"tv", terms.tv},
      {"style_layers", by_layer(model_, spec_.style_layers, terms.style)},
      {"content_layers", by_layer(model_, spec_.content_layers, terms.content)},
      {"gradient_max", progress.gradient_max},
      {"step", progress.step}};
  if (progress.event != Event::none) line["event"] = describe(progress.event);
  file_ << line.dump() << std::endl;
  if (!file_) throw InternalError("cannot write the log '" + path_ + "': is the disk full?");
}

}  // namespace vggstyle
