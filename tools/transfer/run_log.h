#pragma once

#include <fstream>
#include <string>

#include "net/graph.h"
#include "optim/optimizer.h"

namespace vggstyle {

/// --log: one JSON object a line for each accepted step, written as it happens so that it can be
/// watched: evaluations, iterations, seconds, total, style, content, tv, style_layers and
/// content_layers (name: value), gradient_max, step, and event where something happened.
class RunLog {
 public:
  /// Nothing is written if `path` is empty. InputError if it cannot be.
  RunLog(const std::string& path, Model model, const LossSpec& spec);

  void write(const Progress& progress, const LossValues& terms, double seconds);

 private:
  std::string path_;
  Model model_;
  LossSpec spec_;
  std::ofstream file_;
};

}  // namespace vggstyle
