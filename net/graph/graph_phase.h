#pragma once

#include <string>

#include "net/graph/phase_observer.h"
#include "runtime/device.h"

namespace vggstyle {

/// Tells an observer (null for none), and the profiler, of one phase on one layer.
class PhaseScope {
 public:
  PhaseScope(Device& device, PhaseObserver* observer, const char* phase, const std::string& layer)
      : observer_(observer), range_(device, (std::string(phase) + " " + layer).c_str()) {
    if (observer_ != nullptr) observer_->begin(phase, layer);
  }
  ~PhaseScope() {
    if (observer_ != nullptr) observer_->end();
  }
  PhaseScope(const PhaseScope&) = delete;
  PhaseScope& operator=(const PhaseScope&) = delete;

 private:
  PhaseObserver* observer_;
  ProfilerRange range_;
};

}  // namespace vggstyle
