#include "tools/study/batch/memory_gate.h"

namespace vggstyle {

MemoryGate::Pass::Pass(MemoryGate& gate, double bytes) : gate_(gate), bytes_(bytes) {
  const std::lock_guard turn(gate_.turn_);
  std::unique_lock lock(gate_.mutex_);
  gate_.left_.wait(lock,
                   [&] { return gate_.inside_ == 0 || gate_.used_ + bytes_ <= gate_.limit_; });
  alone_ = gate_.inside_ == 0;
  ++gate_.inside_;
  gate_.used_ += bytes_;
}

MemoryGate::Pass::~Pass() {
  {
    const std::lock_guard lock(gate_.mutex_);
    --gate_.inside_;
    gate_.used_ -= bytes_;
  }
  gate_.left_.notify_all();
}

}  // namespace vggstyle
