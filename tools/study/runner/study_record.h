#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "net/loss_values.h"
#include "tools/pictures/read.h"
#include "tools/session/engine.h"
#include "tools/session/problem.h"

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

/// Makes the picture of a problem. `on_step` hears after each accepted step how much is done, 0 to 1, and says whether
/// to go on; empty if it did not.
std::optional<StudyRecord> optimize_recorded(Engine& engine, const ProblemSpec& problem,
                                             const std::function<bool(double done)>& on_step);

/// Where a picture and its record are.
struct RecordFiles {
  std::string picture;  ///< its ending says the format
  std::string json;
  int bits = 8;              ///< a channel
  ReadOptions reading = {};  ///< how the picture is read back
};
/// STEM.png and STEM.json.
RecordFiles record_files(const std::string& stem);

/// The record in these files, if it is whole, the picture is the one that the record was written
/// with, and it was made with the same settings (settings_text()).
std::optional<StudyRecord> read_record(const RecordFiles& files, const std::string& settings);

/// Writes both, the picture first. The picture of the record is replaced by the one of the file.
void write_record(const RecordFiles& files, const ProblemSpec& problem, const Engine& engine,
                  const std::string& command_line, StudyRecord& record);

}  // namespace vggstyle
