#pragma once

#include <string>
#include <vector>

#include "tools/phase_timer.h"

namespace vggstyle {

struct Timing {
  double median_ms, min_ms, max_ms;
};
/// `seconds` must not be empty.
Timing timing_of(std::vector<double> seconds);

struct BenchReport {
  std::string device, model, gram, style_layers, weights;
  int threads, height, width, repeats;
  Timing value_gradient, iteration;
  double gflop;  ///< multiply-adds count twice: convolutions both ways, Gram products both ways
  double peak_memory_mb;
  std::vector<PhaseTimer::Entry> phases;  ///< seconds of one value+gradient
};

std::string json_text(const BenchReport& report);
std::string table_text(const BenchReport& report);

}  // namespace vggstyle
