#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "net/graph/phase_observer.h"
#include "runtime/device.h"

namespace vggstyle {

/// Adds up the time of each phase on each layer. It waits for the device around each of them, so
/// what it slows down must not be timed as a whole at the same time.
class PhaseTimer final : public PhaseObserver {
 public:
  explicit PhaseTimer(Device& device) : device_(device) {}

  void begin(const char* phase, const std::string& layer) override;
  void end() override;

  struct Entry {
    std::string layer;
    std::map<std::string, double> seconds;  ///< by phase
  };
  /// In the order in which the layers were first seen.
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  Device& device_;
  std::vector<Entry> entries_;
  double* current_ = nullptr;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace vggstyle
