#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace vggstyle {

/// Recorded work: kernels, copies and clears, in order.
class LaunchGraph {
 public:
  virtual ~LaunchGraph() = default;
  /// Issues the recorded work again, with the pointers and numbers of the recording.
  virtual void launch() = 0;
};

/// A place where kernels run and memory lives: the processor, a GPU, or (in the tests) a simulated
/// one. It hands out memory and moves bytes; kernels are reached through Backend
/// (kernels/backend.h). One thread drives a device at a time. All work is ordered, but for beside():
/// an upload, kernel or download sees the effects of everything issued before it.
class Device {
 public:
  virtual ~Device() = default;

  /// For people: "AMD EPYC 9755".
  virtual std::string name() const = 0;
  /// "cpu", "cuda:0".
  virtual std::string id() const = 0;
  /// Worker threads of a CPU, 1 elsewhere.
  virtual int threads() const = 0;
  /// Bytes of memory that a run can expect to get.
  virtual std::size_t available_memory() const = 0;

  /// `bytes` of memory aligned to 64 bytes (CPU) or 256 bytes (GPU). Contents are undefined.
  /// InputError, with what was asked for and what there is, when it does not fit.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void free(void* pointer) noexcept = 0;

  virtual void upload(void* device, const void* host, std::size_t bytes) = 0;
  virtual void download(void* host, const void* device, std::size_t bytes) = 0;
  virtual void clear(void* device, std::size_t bytes) = 0;
  /// Device to device; the ranges do not overlap.
  virtual void copy(void* to, const void* from, std::size_t bytes) = 0;
  /// Returns when everything issued has finished.
  virtual void synchronize() = 0;

  /// What `work` issues, recorded instead of run; null where recording saves nothing, `work` not
  /// having been called. `work` must not allocate, upload or download.
  virtual std::unique_ptr<LaunchGraph> record(const std::function<void()>& work) {
    static_cast<void>(work);
    return nullptr;
  }

  /// What `work` issues sees everything issued before it, and what earlier calls issued, but may run
  /// beside what is issued after it, until join(). Neither may write what the other touches.
  virtual void beside(const std::function<void()>& work) { work(); }
  /// What is issued from here on sees what beside() issued. Before an upload, a download, or the end
  /// of a recording.
  virtual void join() {}

  /// A named range on the profiler's timeline (NVTX), where there is one; see ProfilerRange.
  virtual void push_range(const char* name) { static_cast<void>(name); }
  virtual void pop_range() noexcept {}
};

/// What is issued during its life stands under `name` on the profiler's timeline. Ranges nest.
class ProfilerRange {
 public:
  ProfilerRange(Device& device, const char* name) : device_(device) { device.push_range(name); }
  ~ProfilerRange() { device_.pop_range(); }
  ProfilerRange(const ProfilerRange&) = delete;
  ProfilerRange& operator=(const ProfilerRange&) = delete;

 private:
  Device& device_;
};

/// Owns one allocation of a device.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Device& device, std::size_t bytes);
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer();

  void* data() const { return data_; }
  template <typename T>
  T* as() const {
    return static_cast<T*>(data_);
  }
  std::size_t bytes() const { return bytes_; }

 private:
  Device* device_ = nullptr;
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// "AMD EPYC 9755, 2 threads"; a GPU by its name.
std::string with_threads(const Device& device);

}  // namespace vggstyle
