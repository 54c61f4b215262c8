#include "runtime/cpu_device.h"

#include <omp.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "runtime/error.h"

namespace vggstyle {
namespace {

/// /proc/cpuinfo's name of the processor, or a plain word where there is none.
std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) == 0) {
      const std::size_t start = line.find_first_not_of(": \t", line.find(':'));
      if (start != std::string::npos) return line.substr(start);
    }
  }
  return "processor";
}

/// MemAvailable of /proc/meminfo, in bytes; all physical memory where that is not given.
std::size_t memory_available() {
  std::ifstream info("/proc/meminfo");
  std::string key, unit;
  std::size_t kib = 0;
  while (info >> key >> kib) {
    std::getline(info, unit);
    if (key == "MemAvailable:") return kib * 1024;
  }
  return static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::size_t>(sysconf(_SC_PAGE_SIZE));
}

std::string mebibytes(std::size_t bytes) {
  return std::to_string((bytes >> 20) + 1) + " MB";
}

class CpuDevice final : public Device {
 public:
  explicit CpuDevice(int threads) : threads_(threads) { omp_set_num_threads(threads); }

  std::string name() const override { return processor_name(); }
  std::string id() const override { return "cpu"; }
  int threads() const override { return threads_; }
  std::size_t available_memory() const override { return memory_available(); }

  void* allocate(std::size_t bytes) override {
    // Huge pages for what is walked end to end: a Winograd step touches 72 matrices in turn, more
    // than there are entries for small pages.
    constexpr std::size_t kHugePage = 2 << 20;
    const std::size_t alignment = bytes >= kHugePage ? kHugePage : 64;
    const std::size_t rounded =
        (std::max<std::size_t>(bytes, 1) + alignment - 1) & ~(alignment - 1);
    // Linux promises memory that it does not have; ask it before it kills the process later.
    void* pointer = rounded < bytes || rounded > memory_available()
                        ? nullptr
                        : std::aligned_alloc(alignment, rounded);
    if (pointer == nullptr) {
      throw InputError("out of memory: the processor's memory has " +
                       mebibytes(memory_available()) + " free and " + mebibytes(bytes) +
                       " are needed; use a smaller --size");
    }
    if (alignment == kHugePage) madvise(pointer, rounded, MADV_HUGEPAGE);  // a hint: may fail
    return pointer;
  }
  void free(void* pointer) noexcept override { std::free(pointer); }
  void upload(void* device, const void* host, std::size_t bytes) override {
    copy_bytes(device, host, bytes);
  }
  void download(void* host, const void* device, std::size_t bytes) override {
    copy_bytes(host, device, bytes);
  }
  void clear(void* device, std::size_t bytes) override {
    if (bytes > 0) std::memset(device, 0, bytes);
  }
  void copy(void* to, const void* from, std::size_t bytes) override {
    if (bytes > 0) std::memcpy(to, from, bytes);
  }
  void synchronize() override {}

 private:
  /// Of nothing, pointers may be null, which memcpy forbids.
  static void copy_bytes(void* to, const void* from, std::size_t bytes) {
    if (bytes > 0) std::memcpy(to, from, bytes);
  }

  int threads_;
};

}  // namespace

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, omp_get_num_procs());
}

std::unique_ptr<Device> make_cpu_device(int threads) {
  if (threads < 0 || threads > 1024) {
    throw InputError("the number of threads must be 1 to 1024, or 0 for all cores, not " +
                     std::to_string(threads));
  }
  return std::make_unique<CpuDevice>(threads == 0 ? usable_cores() : threads);
}

}  // namespace vggstyle
