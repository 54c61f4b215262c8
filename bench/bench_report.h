#pragma once

#include <string>
#include <vector>

#include "bench/operation_bench.h"
#include "bench/phase_timer.h"

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
  std::string instructions;               ///< of the processor's kernels; "" on a GPU
  double peak_gflops;                     ///< a second, of multiply-adds by these; 0 on a GPU
  std::vector<PhaseTimer::Entry> phases;  ///< seconds of one value+gradient
};

/// Every operation of every layer, and the ceilings that it can be held against: a plain copy, and
/// the highest rate of arithmetic that any of the operations reached.
struct OperationReport {
  std::string device, precision;
  int size;
  double copy_bytes_per_second;
  std::vector<OperationTime> operations;

  double flop_per_second() const;
  /// The share of an operation's time that its floor is: the larger of its FLOPs and its bytes at
  /// these ceilings.
  double floor_share(const OperationTime& operation) const;
};

std::string json_text(const OperationReport& report);
std::string table_text(const OperationReport& report);

std::string json_text(const BenchReport& report);
std::string table_text(const BenchReport& report);

}  // namespace vggstyle
