#include "tools/transfer/run_log.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "net/layers.h"
#include "runtime/error.h"
#include "runtime/standard_streams.h"

namespace vggstyle {
namespace {

/// The bytes of a log's whole lines up to `evaluations`.
std::uintmax_t bytes_until(const std::string& path, int evaluations) {
  std::ifstream file(path, std::ios::binary);
  std::uintmax_t bytes = 0;
  for (std::string line; std::getline(file, line) && !file.eof(); bytes += line.size() + 1) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("evaluations", evaluations + 1) > evaluations) break;
  }
  return bytes;
}

}  // namespace

RunLog::RunLog(const std::string& path, Model model, const ProblemSpec& problem, int evaluations)
    : path_(path), model_(model), problem_(problem) {
  if (path.empty()) return;
  std::error_code error;  // there may be no such file yet
  if (evaluations > 0) std::filesystem::resize_file(path, bytes_until(path, evaluations), error);
  file_.open(path, evaluations > 0 ? std::ios::app : std::ios::trunc);
  if (!file_) throw InputError("cannot write the log '" + path + "': check its folder and rights");
}

void RunLog::write(const Step& step, double seconds) {
  if (!file_.is_open()) return;
  const auto& [progress, values, width, height, done, weights, afresh, picture] = step;
  nlohmann::ordered_json line = {{"evaluations", progress.evaluations},
                                 {"iterations", progress.iterations},
                                 {"seconds", seconds},
                                 {"width", width},
                                 {"height", height},
                                 {"total", values.total}};
  for (const LossKind kind : kPictureKinds) line[std::string(name_of(kind))] = values.sum(kind);
  for (const LossKind kind : kPictureKinds) {
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
    for (const LossKind kind : kPictureKinds) {
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
