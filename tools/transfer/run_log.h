#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "tools/session/optimize.h"

namespace vggstyle {

/// --log: one JSON object a line for each accepted step, written as it happens so that it can be
/// watched: evaluations, iterations, seconds, width, height, total, each kind of loss (style, content, tv), its
/// layers (style_layers, content_layers: name and value; with regions "sky conv1_1" and so on),
/// gradient_max, step, event where something happened, and afresh, the weights, where the optimiser started afresh
/// (--serve). If the file cannot be written any more, that is told once, and the run goes on.
class RunLog {
 public:
  /// Nothing is written if `path` is empty. InputError if it cannot be. What the file has of the first
  /// `evaluations`, which a run that goes on has behind it, stays.
  RunLog(const std::string& path, Model model, const ProblemSpec& problem, int evaluations);

  void write(const Step& step, double seconds);

 private:
  std::string path_;
  Model model_;
  const ProblemSpec& problem_;
  std::ofstream file_;
};

}  // namespace vggstyle
