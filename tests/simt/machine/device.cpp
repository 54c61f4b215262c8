#include "tests/simt/machine/device.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

#include "tests/simt/machine/memory.h"
#include "tests/simt/machine/races.h"
#include "tests/simt/machine/source_place.h"

namespace vggstyle::simt {
namespace {

using Work = std::function<void()>;

class RecordedGraph final : public LaunchGraph {
 public:
  explicit RecordedGraph(std::vector<Work> work) : work_(std::move(work)) {}
  void launch() override {
    for (const Work& w : work_) w();
  }

 private:
  std::vector<Work> work_;
};

class HostStopwatch final : public Stopwatch {
 public:
  void start() override { start_ = std::chrono::steady_clock::now(); }
  void stop() override { stop_ = std::chrono::steady_clock::now(); }
  double milliseconds() override {
    return std::chrono::duration<double, std::milli>(stop_ - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_, stop_;
};

class SimtDevice final : public GpuDevice {
 public:
  explicit SimtDevice(const SimtOptions& options)
      : options_(options), memory_(options.limits.memory_bytes) {
    for (int i = 0; i < options.os_threads; ++i) workers_.push_back(std::make_unique<Worker>());
  }

  std::string name() const override {
    return "simulated GPU of capability " + std::to_string(options_.limits.capability / 10) + "." +
           std::to_string(options_.limits.capability % 10);
  }
  std::string id() const override { return "simt"; }
  int threads() const override { return 1; }
  std::size_t available_memory() const override {
    return options_.limits.memory_bytes - memory_.used();
  }

  void* allocate(std::size_t bytes) override {
    forbid_in_capture("allocate");
    void* pointer = memory_.allocate(bytes);
    if (pointer == nullptr) {
      throw InputError("out of memory: the simulated GPU has " +
                       std::to_string(available_memory()) + " bytes free and " +
                       std::to_string(bytes) + " are needed; use a smaller --size");
    }
    return pointer;
  }
  void free(void* pointer) noexcept override {
    if (pointer != nullptr) memory_.free(pointer);
  }

  void upload(void* device, const void* host, std::size_t bytes) override {
    forbid_in_capture("upload");
    require_joined("upload");
    ++transfers_.uploads;
    memory_.require_alive(device, bytes, "an upload");
    std::memcpy(device, host, bytes);
    memory_.mark_written(device, bytes);
  }
  void download(void* host, const void* device, std::size_t bytes) override {
    forbid_in_capture("download");
    require_joined("download");
    ++transfers_.downloads;
    memory_.require_written(device, bytes, "a download");
    std::memcpy(host, device, bytes);
  }
  void clear(void* device, std::size_t bytes) override {
    run_or_record([=, this] {
      memory_.require_alive(device, bytes, "a clear");
      std::memset(device, 0, bytes);
      memory_.mark_written(device, bytes);
    });
  }
  void copy(void* to, const void* from, std::size_t bytes) override {
    run_or_record([=, this] {
      memory_.require_alive(to, bytes, "the target of a copy");
      memory_.require_written(from, bytes, "the source of a copy");
      std::memcpy(to, from, bytes);
      memory_.mark_written(to, bytes);
    });
  }
  void synchronize() override {}

  const GpuLimits& limits() const override { return options_.limits; }
  void* stream() override { return nullptr; }

  // As late as a GPU may do it: what the stream issues afterwards must not need it, nor overwrite
  // what it needs.
  void beside(const std::function<void()>& work) override {
    beside_now_ = true;
    try {
      work();
    } catch (...) {
      beside_now_ = false;
      throw;
    }
    beside_now_ = false;
  }
  void join() override {
    for (Work& work : std::exchange(beside_, {})) run_or_record(std::move(work));
  }

  void begin_capture() override {
    if (capturing_) throw InternalError("a recording within a recording on the simulated GPU");
    capturing_ = true;
  }
  std::unique_ptr<LaunchGraph> end_capture() override {
    if (!capturing_) throw InternalError("end_capture without begin_capture on the simulated GPU");
    require_joined("end of a recording");
    capturing_ = false;
    return std::make_unique<RecordedGraph>(std::move(recorded_));
  }
  void abort_capture() noexcept override {
    capturing_ = false;
    recorded_.clear();
    beside_.clear();
  }

  std::unique_ptr<Stopwatch> make_stopwatch() override { return std::make_unique<HostStopwatch>(); }

  void run_or_record(Work work) {
    if (beside_now_) {
      beside_.push_back(std::move(work));
    } else if (capturing_) {
      recorded_.push_back(std::move(work));
    } else {
      work();
    }
  }
  void launch_kernel(const char* name, dim3 grid, dim3 block, std::size_t shared_bytes,
                     const Kernel& kernel) {
    check_shape(name, grid, block, shared_bytes);
    run_or_record([this, name = std::string(name), grid, block, shared_bytes, kernel] {
      run_kernel(name, grid, block, shared_bytes, kernel);
    });
  }
  DeviceMemory& memory() { return memory_; }
  std::vector<LaunchCounts> take_counts() { return std::exchange(counts_, {}); }
  Transfers take_transfers() { return std::exchange(transfers_, {}); }

 private:
  void forbid_in_capture(const char* what) const {
    if (capturing_) {
      throw InternalError(std::string(what) + " while the simulated GPU records a graph");
    }
  }

  void require_joined(const char* what) const {
    if (beside_.empty()) return;
    throw InternalError("no join on the simulated GPU between work beside its stream and an " +
                        std::string(what));
  }

  void check_shape(const char* name, dim3 grid, dim3 block, std::size_t shared_bytes) const {
    const auto refuse = [&](const std::string& why) {
      throw Error(ErrorKind::kLaunch, "launch of kernel " + std::string(name) + " refused: " + why);
    };
    const std::uint64_t threads = std::uint64_t{block.x} * block.y * block.z;
    const std::uint64_t blocks = std::uint64_t{grid.x} * grid.y * grid.z;
    if (threads == 0 || threads > 1024 || block.z > 64) {
      refuse("a block has 1 to 1024 threads, at most 64 in z, not " + std::to_string(block.x) +
             " x " + std::to_string(block.y) + " x " + std::to_string(block.z));
    }
    if (blocks == 0 || grid.x > 0x7FFFFFFF || grid.y > 65535 || grid.z > 65535) {
      refuse("a grid has at least 1 block, and at most 65535 in y and z, not " +
             std::to_string(grid.x) + " x " + std::to_string(grid.y) + " x " +
             std::to_string(grid.z));
    }
    if (blocks > kMaxBlocks) {
      refuse("the harness runs at most " + std::to_string(kMaxBlocks) + " blocks, not " +
             std::to_string(blocks));
    }
    if (shared_bytes > options_.limits.shared_bytes_per_block) {
      refuse("a block can have " + std::to_string(options_.limits.shared_bytes_per_block) +
             " bytes of shared memory on this card, not " + std::to_string(shared_bytes));
    }
  }

  void run_kernel(const std::string& name, dim3 grid, dim3 block, std::size_t shared_bytes,
                  const Kernel& kernel) {
    if (launches_ == kMaxLaunch) {  // numbers begin anew, so what cells hold must not look current
      memory_.forget_races();
      for (const auto& w : workers_) w->shared().forget_races();
      launches_ = 0;
    }
    const Launch launch{name,          grid,
                        block,         shared_bytes,
                        &kernel,       &options_.limits,
                        &memory_,      options_.checks,
                        options_.seed, ++launches_};
    const unsigned blocks = grid.x * grid.y * grid.z;
    std::atomic<unsigned> next{0};
    std::mutex mutex;
    std::optional<Error> error;
    unsigned failed_block = 0;
    const auto work = [&](Worker& worker) {
      for (unsigned b = next++; b < blocks; b = next++) {
        std::optional<Error> found = worker.run(launch, b);
        if (!found) continue;
        next = blocks;
        const std::lock_guard lock(mutex);
        if (!error || b < failed_block) {
          error = std::move(found);
          failed_block = b;
        }
      }
    };
    {
      const std::size_t used = std::min<std::size_t>(workers_.size(), blocks);
      memory_.set_concurrent(used > 1);
      std::vector<std::jthread> threads;
      for (std::size_t i = 1; i < used; ++i) {
        threads.emplace_back([&work, &worker = *workers_[i]] { work(worker); });
      }
      work(*workers_[0]);
    }
    if (options_.checks == Checks::kCount) collect_counts(name);
    if (error) throw Error(*error);
  }

  /// Adds up what the workers counted, by source line.
  void collect_counts(const std::string& name) {
    std::map<std::tuple<std::string, Space, bool>, LineCounts> lines;
    for (const auto& worker : workers_) {
      for (const auto& [key, c] : worker->counts()) {
        const Space space = key.kind >= 2 ? Space::kGlobal : Space::kShared;
        const bool write = key.kind % 2 == 1;
        const std::string line = source_line(key.place);
        LineCounts& sum = lines[{line, space, write}];
        sum.line = line;
        sum.space = space;
        sum.write = write;
        sum.warp_accesses += c.warp_accesses;
        sum.transfers += c.transfers;
        sum.least_transfers += c.least_transfers;
      }
      worker->counts().clear();
    }
    LaunchCounts counts{name, {}};
    for (auto& [key, line] : lines) counts.lines.push_back(std::move(line));
    counts_.push_back(std::move(counts));
  }

  SimtOptions options_;
  DeviceMemory memory_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::uint32_t launches_ = 0;
  bool capturing_ = false;
  std::vector<Work> recorded_;
  bool beside_now_ = false;
  std::vector<Work> beside_;  // until join()
  std::vector<LaunchCounts> counts_;
  Transfers transfers_;
};

SimtDevice& simulated(GpuDevice& device) {
  auto* simt = dynamic_cast<SimtDevice*>(&device);
  if (simt == nullptr) {
    throw InternalError(
        "device code that was compiled for the host can only run on a simulated "
        "GPU, not on " +
        device.name());
  }
  return *simt;
}

}  // namespace

GpuLimits limits_of(int capability) {
  constexpr std::size_t kKilobyte = 1024;
  std::size_t per_block = 0, per_multiprocessor = 0;
  switch (capability) {
    case 75:
      per_block = 64, per_multiprocessor = 64;
      break;
    case 80:
      per_block = 163, per_multiprocessor = 164;
      break;
    case 86:
    case 89:
    case 120:
      per_block = 99, per_multiprocessor = 100;
      break;
    case 90:
      per_block = 227, per_multiprocessor = 228;
      break;
    default:
      throw InternalError("the SIMT harness knows no card of capability " +
                          std::to_string(capability));
  }
  return {.capability = capability,
          .wgmma = capability == 90,
          .multiprocessors = 4,
          .shared_bytes_per_block = per_block * kKilobyte,
          .shared_bytes_per_multiprocessor = per_multiprocessor * kKilobyte,
          .l2_bytes = std::size_t{4} << 20,
          .memory_bytes = std::size_t{4} << 30};
}

std::unique_ptr<GpuDevice> make_simt_device(SimtOptions options) {
  if (options.os_threads < 1) throw InternalError("a simulated GPU needs at least one OS thread");
  return std::make_unique<SimtDevice>(options);
}

std::vector<LaunchCounts> take_access_counts(GpuDevice& device) {
  return simulated(device).take_counts();
}

Transfers take_transfers(GpuDevice& device) {
  return simulated(device).take_transfers();
}

void launch(GpuDevice& device, const char* name, dim3 grid, dim3 block, std::size_t shared_bytes,
            Kernel kernel) {
  simulated(device).launch_kernel(name, grid, block, shared_bytes, kernel);
}

void run_library(GpuDevice& device, const char* name, LibraryRange read, LibraryRange written,
                 std::function<void()> work) {
  SimtDevice& simt = simulated(device);
  simt.run_or_record(
      [&memory = simt.memory(), name = std::string(name), read, written, work = std::move(work)] {
        memory.require_written(read.data, read.bytes, name + ": its input");
        memory.require_alive(written.data, written.bytes, name + ": its output");
        work();
        memory.mark_written(const_cast<void*>(written.data), written.bytes);
      });
}

}  // namespace vggstyle::simt
