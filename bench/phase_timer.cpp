#include "bench/phase_timer.h"

#include <algorithm>

namespace vggstyle {

void PhaseTimer::begin(const char* phase, const std::string& layer) {
  auto entry = std::find_if(entries_.begin(), entries_.end(),
                            [&](const Entry& known) { return known.layer == layer; });
  if (entry == entries_.end()) entry = entries_.insert(entries_.end(), {layer, {}});
  current_ = &entry->seconds[phase];
  device_.synchronize();
  start_ = std::chrono::steady_clock::now();
}

void PhaseTimer::end() {
  device_.synchronize();
  *current_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

}  // namespace vggstyle
