#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/session/engine.h"
#include "tools/session/optimization.h"

namespace vggstyle {

/// One picture of a study and how it came about: a PNG file and a JSON file beside it, from which a
/// study that was interrupted goes on.
struct StudyRecord {
  Picture picture;  ///< as the file holds it, in 8 bits: what is measured is what is seen
  LossValues first, last;
  int evaluations = 0;
  std::string ended;  ///< why: describe(Reason)
  /// Loss by evaluation, a point for each accepted step.
  std::vector<int> curve_evaluations;
  std::vector<double> curve_values;
};

/// All that decides how a picture comes out, pictures by their checksum: a record that was made
/// with anything else is made again.
nlohmann::ordered_json made_with(const Optimization& optimization, const Engine& engine);

/// The record in STEM.json and STEM.png, if it is whole, the picture is the one that the record was
/// written with, and it was made with the same.
std::optional<StudyRecord> read_record(const std::string& stem,
                                       const nlohmann::ordered_json& made_with);

/// Writes both, the picture first. The picture of the record is replaced by the one of the file.
void write_record(const std::string& stem, const nlohmann::ordered_json& made_with,
                  const Optimization& optimization, const Engine& engine,
                  const std::string& command_line, StudyRecord& record);

}  // namespace vggstyle
