#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "runtime/device.h"

namespace vggstyle {

/// What a GPU can hold and run: what decides which kernels fit it, and what a report says of it.
struct GpuLimits {
  int capability = 0;  ///< 10 * major + minor: 75, 80, 90, ...
  /// Whether it has wgmma, and this program code for it: capability 9.0 and nothing else.
  bool wgmma = false;
  int multiprocessors = 0;
  std::size_t shared_bytes_per_block = 0;  ///< the most that one block may ask for
  std::size_t shared_bytes_per_multiprocessor = 0;
  std::size_t l2_bytes = 0;
  std::size_t memory_bytes = 0;
};

/// Two points on a GPU's timeline.
class Stopwatch {
 public:
  virtual ~Stopwatch() = default;
  virtual void start() = 0;
  virtual void stop() = 0;
  /// Milliseconds between start and stop; waits for both.
  virtual double milliseconds() = 0;
};

/// A GPU, real (runtime/cuda/) or simulated (tests/simt/): what kernels/cuda/ needs of one. It has
/// one stream, and one beside it; work that is issued on either runs in order and, until synchronize
/// or download, without the host waiting.
class GpuDevice : public Device {
 public:
  virtual const GpuLimits& limits() const = 0;
  /// cudaStream_t of a real GPU, of that of the two where work goes now; null for a simulated one.
  virtual void* stream() = 0;

  /// Until end_capture, kernels, `copy` and `clear` are recorded instead of run. Nothing may be
  /// allocated, uploaded or downloaded in between.
  virtual void begin_capture() = 0;
  virtual std::unique_ptr<LaunchGraph> end_capture() = 0;
  /// Ends a recording that failed half-way and forgets it; nothing if there is none.
  virtual void abort_capture() noexcept = 0;
  std::unique_ptr<LaunchGraph> record(const std::function<void()>& work) override {
    begin_capture();
    try {
      work();
    } catch (...) {
      abort_capture();
      throw;
    }
    return end_capture();
  }

  virtual std::unique_ptr<Stopwatch> make_stopwatch() = 0;
};

}  // namespace vggstyle
