#pragma once

#include <string>

namespace vggstyle {

/// Told when a phase of a value+gradient begins and ends on one layer: "forward", "statistics",
/// "loss terms", "backward", with the layer's name or "pixels". Profilers and benchmarks implement
/// it; phases do not nest.
class PhaseObserver {
 public:
  virtual ~PhaseObserver() = default;
  virtual void begin(const char* phase, const std::string& layer) = 0;
  virtual void end() = 0;
};

}  // namespace vggstyle
