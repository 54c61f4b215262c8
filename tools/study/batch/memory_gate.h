#pragma once

#include <condition_variable>
#include <mutex>

namespace vggstyle {

/// Lets in as many at once as memory carries, in the order in which they come; one alone always.
class MemoryGate {
 public:
  explicit MemoryGate(double bytes) : limit_(bytes) {}

  /// What one has of the memory, as long as it lives.
  class Pass {
   public:
    /// Waits for it.
    Pass(MemoryGate& gate, double bytes);
    ~Pass();
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    /// Whether nobody else had any when it came in.
    bool came_alone() const { return alone_; }

   private:
    MemoryGate& gate_;
    double bytes_;
    bool alone_ = false;
  };

 private:
  const double limit_;
  std::mutex turn_;  ///< whoever waits holds it, so that those behind do not overtake
  std::mutex mutex_;
  std::condition_variable left_;
  double used_ = 0;
  int inside_ = 0;
};

}  // namespace vggstyle
