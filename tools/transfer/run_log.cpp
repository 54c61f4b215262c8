#include "tools/transfer/run_log.h"

#include <nlohmann/json.hpp>

#include "net/layers.h"
#include "runtime/error.h"
#include "runtime/standard_streams.h"

namespace vggstyle {

RunLog::RunLog(const std::string& path, Model model, const ProblemSpec& problem)
    : path_(path), model_(model), problem_(problem) {
  if (path.empty()) return;
  file_.open(path, std::ios::trunc);
  if (!file_) throw InputError("cannot write the log '" + path + "': check its folder and rights");
}

void RunLog::write(const Step& step, double seconds) {
  if (!file_.is_open()) return;
  const auto& [progress, values, width, height, done, weights, afresh] = step;
  nlohmann::ordered_json line = {{"evaluations", progress.evaluations},
                                 {"iterations", progress.iterations},
                                 {"seconds", seconds},
                                 {"width", width},
                                 {"height", height},
                                 {"total", values.total}};
  for (const LossKind kind : kLossKinds) line[std::string(name_of(kind))] = values.sum(kind);
  for (const LossKind kind : kLossKinds) {
    if (has_layers(kind)) {
      line[std::string(name_of(kind)) + "_layers"] = nlohmann::ordered_json::object();
    }
  }
  for (const TermValue& term : values.terms) {
    if (!has_layers(term.kind)) continue;
    line[std::string(name_of(term.kind)) + "_layers"]
        [place_of(problem_, model_, term.layer, term.region)] = term.value;
  }
  line["gradient_max"] = progress.gradient_max;
  line["step"] = progress.step;
  if (afresh) {
    for (const LossKind kind : kLossKinds) {
      line["afresh"][std::string(name_of(kind))] = weights[static_cast<std::size_t>(kind)];
    }
  }
  if (progress.event != Event::none) line["event"] = describe(progress.event);
  file_ << line.dump() << std::endl;
  if (!file_) {
    file_.close();
    tell("warning: cannot write the log '" + path_ +
         "': is the disk full? The run goes on without it");
  }
}

}  // namespace vggstyle
