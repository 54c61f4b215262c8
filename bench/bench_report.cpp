#include "bench/bench_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace vggstyle {
namespace {

constexpr const char* kPhases[] = {"forward", "statistics", "loss terms", "backward"};

nlohmann::ordered_json json_of(const Timing& timing) {
  return {{"median_ms", timing.median_ms}, {"min_ms", timing.min_ms}, {"max_ms", timing.max_ms}};
}

double milliseconds(const PhaseTimer::Entry& entry, const char* phase) {
  const auto found = entry.seconds.find(phase);
  return found == entry.seconds.end() ? 0 : found->second * 1e3;
}

double gflops(const BenchReport& report) {
  return report.gflop / (report.value_gradient.median_ms * 1e-3);
}

std::string timing_line(const char* name, const Timing& timing) {
  return fmt::format("{:<16}median {:.1f} ms, least {:.1f}, most {:.1f}\n", name, timing.median_ms,
                     timing.min_ms, timing.max_ms);
}

}  // namespace

Timing timing_of(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  const std::size_t n = seconds.size();
  const double median = (seconds[(n - 1) / 2] + seconds[n / 2]) / 2;
  return {median * 1e3, seconds.front() * 1e3, seconds.back() * 1e3};
}

double OperationReport::flop_per_second() const {
  double most = 0;
  for (const OperationTime& o : operations) most = std::max(most, o.flop / o.seconds);
  return most;
}

double OperationReport::floor_share(const OperationTime& operation) const {
  const double most = flop_per_second();
  const double arithmetic = most > 0 ? operation.flop / most : 0;
  return std::max(arithmetic, operation.bytes / copy_bytes_per_second) / operation.seconds;
}

std::string json_text(const OperationReport& report) {
  nlohmann::ordered_json operations = nlohmann::ordered_json::array();
  for (const OperationTime& o : report.operations) {
    operations.push_back({{"layer", o.layer},
                          {"operation", o.operation},
                          {"ms", o.seconds * 1e3},
                          {"gflop_per_second", o.flop / o.seconds * 1e-9},
                          {"gb_per_second", o.bytes / o.seconds * 1e-9},
                          {"floor_share", report.floor_share(o)}});
  }
  const nlohmann::ordered_json json = {{"device", report.device},
                                       {"precision", report.precision},
                                       {"height", report.size},
                                       {"width", report.size},
                                       {"copy_gb_per_second", report.copy_bytes_per_second * 1e-9},
                                       {"most_gflop_per_second", report.flop_per_second() * 1e-9},
                                       {"operations", operations}};
  return json.dump(2) + "\n";
}

std::string table_text(const OperationReport& report) {
  std::string text = fmt::format(
      "{}, {}, {}x{}: a copy {:.1f} GB/s, the fastest operation {:.1f} GFLOP/s\n\n"
      "{:<10}{:<16}{:>10}{:>10}{:>9}{:>10}\n",
      report.device, report.precision, report.size, report.size,
      report.copy_bytes_per_second * 1e-9, report.flop_per_second() * 1e-9, "layer", "operation",
      "ms", "GFLOP/s", "GB/s", "of floor");
  for (const OperationTime& o : report.operations) {
    text += fmt::format("{:<10}{:<16}{:>10.3f}{:>10.1f}{:>9.1f}{:>9.0f}%\n", o.layer, o.operation,
                        o.seconds * 1e3, o.flop / o.seconds * 1e-9, o.bytes / o.seconds * 1e-9,
                        report.floor_share(o) * 100);
  }
  return text;
}

std::string json_text(const BenchReport& report) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::object();
  for (const PhaseTimer::Entry& entry : report.phases) {
    for (const char* phase : kPhases) layers[entry.layer][phase] = milliseconds(entry, phase);
  }
  const nlohmann::ordered_json json = {{"device", report.device},
                                       {"threads", report.threads},
                                       {"model", report.model},
                                       {"weights", report.weights},
                                       {"height", report.height},
                                       {"width", report.width},
                                       {"style_layers", report.style_layers},
                                       {"gram", report.gram},
                                       {"repeats", report.repeats},
                                       {"value_gradient", json_of(report.value_gradient)},
                                       {"iteration", json_of(report.iteration)},
                                       {"gflop", report.gflop},
                                       {"gflop_per_second", gflops(report)},
                                       {"instructions", report.instructions},
                                       {"peak_gflop_per_second", report.peak_gflops},
                                       {"peak_memory_mb", report.peak_memory_mb},
                                       {"phase_ms", layers}};
  return json.dump(2) + "\n";
}

std::string table_text(const BenchReport& report) {
  std::string text =
      fmt::format("{}, {}x{}, {} ({}), style layers {}, {}\n", report.model, report.width,
                  report.height, report.device, report.weights, report.style_layers, report.gram);
  text += timing_line("value+gradient", report.value_gradient);
  text += timing_line("iteration", report.iteration);
  text += fmt::format("{:<16}{:.1f} GFLOP, {:.0f} GFLOP/s\n", "work", report.gflop, gflops(report));
  if (report.peak_gflops > 0) {
    text += fmt::format("{:<16}{:.0f} GFLOP/s of multiply-adds ({})\n", "processor",
                        report.peak_gflops, report.instructions);
  }
  text += fmt::format("{:<16}{:.0f} MB\n\n", "peak memory", report.peak_memory_mb);
  text += fmt::format("{:<10}{:>10}{:>12}{:>12}{:>10}   ms\n", "layer", kPhases[0], kPhases[1],
                      kPhases[2], kPhases[3]);
  double sums[4] = {};
  for (const PhaseTimer::Entry& entry : report.phases) {
    double values[4];
    for (int i = 0; i < 4; ++i) sums[i] += values[i] = milliseconds(entry, kPhases[i]);
    text += fmt::format("{:<10}{:>10.2f}{:>12.2f}{:>12.2f}{:>10.2f}\n", entry.layer, values[0],
                        values[1], values[2], values[3]);
  }
  return text + fmt::format("{:<10}{:>10.2f}{:>12.2f}{:>12.2f}{:>10.2f}\n", "sum", sums[0], sums[1],
                            sums[2], sums[3]);
}

}  // namespace vggstyle
