#include "runtime/cuda/cuda_device.h"

#include <cuda_runtime_api.h>
#include <nvtx3/nvToolsExt.h>

#include <array>
#include <string>
#include <utility>

#include "runtime/cuda/check.h"
#include "runtime/cuda/cuda_probe.h"
#include "runtime/cuda/gpu_selection.h"
#include "runtime/cuda/staging.h"

namespace vggstyle::cuda {
namespace {

/// Enough to hide the start of a copy behind the one before.
constexpr std::size_t kStagingHalf = std::size_t{4} << 20;

class Event {
 public:
  explicit Event(unsigned flags) {
    check(cudaEventCreateWithFlags(&event_, flags), "making an event");
  }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void record(cudaStream_t stream) { check(cudaEventRecord(event_, stream), "recording an event"); }
  void wait() { check(cudaEventSynchronize(event_), "waiting for an event"); }
  cudaEvent_t get() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

class Stream {
 public:
  enum class Priority { kLeast, kGreatest };
  explicit Stream(Priority priority) {
    int least = 0, greatest = 0;
    check(cudaDeviceGetStreamPriorityRange(&least, &greatest), "asking for priorities");
    // Without order against the default stream, which nobody uses.
    check(cudaStreamCreateWithPriority(&stream_, cudaStreamNonBlocking,
                                       priority == Priority::kLeast ? least : greatest),
          "making a stream");
  }
  ~Stream() { cudaStreamDestroy(stream_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

class PinnedMemory {
 public:
  explicit PinnedMemory(std::size_t bytes) {
    check(cudaMallocHost(&data_, bytes), "allocating pinned memory of the host");
  }
  ~PinnedMemory() { cudaFreeHost(data_); }
  PinnedMemory(const PinnedMemory&) = delete;
  PinnedMemory& operator=(const PinnedMemory&) = delete;

  void* data() const { return data_; }

 private:
  void* data_ = nullptr;
};

class CudaStagingStream final : public StagingStream {
 public:
  explicit CudaStagingStream(cudaStream_t stream)
      : stream_(stream), marks_{Event(cudaEventDisableTiming), Event(cudaEventDisableTiming)} {}

  void to_gpu(void* gpu, const void* pinned, std::size_t bytes) override {
    check(cudaMemcpyAsync(gpu, pinned, bytes, cudaMemcpyHostToDevice, stream_), "an upload");
  }
  void from_gpu(void* pinned, const void* gpu, std::size_t bytes) override {
    check(cudaMemcpyAsync(pinned, gpu, bytes, cudaMemcpyDeviceToHost, stream_), "a download");
  }
  void mark(std::size_t half) override { marks_[half].record(stream_); }
  void wait(std::size_t half) override { marks_[half].wait(); }

 private:
  cudaStream_t stream_;
  std::array<Event, 2> marks_;
};

class CudaGraph final : public LaunchGraph {
 public:
  CudaGraph(cudaGraph_t graph, cudaStream_t stream) : stream_(stream) {
    check(cudaGraphInstantiate(&executable_, graph, 0), "preparing a recorded graph");
  }
  ~CudaGraph() override { cudaGraphExecDestroy(executable_); }
  CudaGraph(const CudaGraph&) = delete;
  CudaGraph& operator=(const CudaGraph&) = delete;

  void launch() override { check(cudaGraphLaunch(executable_, stream_), "launching a graph"); }

 private:
  cudaStream_t stream_;
  cudaGraphExec_t executable_ = nullptr;
};

class CudaStopwatch final : public Stopwatch {
 public:
  explicit CudaStopwatch(cudaStream_t stream) : stream_(stream) {}

  void start() override { start_.record(stream_); }
  void stop() override { stop_.record(stream_); }
  double milliseconds() override {
    stop_.wait();
    float elapsed = 0;
    check(cudaEventElapsedTime(&elapsed, start_.get(), stop_.get()), "reading a stopwatch");
    return static_cast<double>(elapsed);
  }

 private:
  cudaStream_t stream_;
  Event start_{cudaEventDefault}, stop_{cudaEventDefault};
};

class CudaDevice final : public GpuDevice {
 public:
  explicit CudaDevice(GpuFacts facts) : facts_(std::move(facts)) {}
  ~CudaDevice() override { cudaStreamSynchronize(stream_.get()); }

  std::string name() const override { return facts_.name; }
  std::string id() const override { return facts_.id(); }
  int threads() const override { return 1; }
  std::size_t available_memory() const override { return CudaProbe().free_memory(); }

  void* allocate(std::size_t bytes) override {
    forbid_in_capture("allocating memory");
    CudaProbe probe;
    return allocate_memory(probe, facts_, bytes);
  }
  void free(void* pointer) noexcept override { cudaFree(pointer); }

  void upload(void* device, const void* host, std::size_t bytes) override {
    forbid_in_capture("an upload");
    staging_.upload(device, host, bytes);
  }
  void download(void* host, const void* device, std::size_t bytes) override {
    forbid_in_capture("a download");
    staging_.download(host, device, bytes);
  }
  void clear(void* device, std::size_t bytes) override {
    check(cudaMemsetAsync(device, 0, bytes, current_), "clearing memory");
  }
  void copy(void* to, const void* from, std::size_t bytes) override {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, current_), "copying memory");
  }
  void synchronize() override {
    check(cudaStreamSynchronize(stream_.get()), "waiting for the GPU");
  }

  const GpuLimits& limits() const override { return facts_.limits; }
  void* stream() override { return current_; }

  void beside(const std::function<void()>& work) override {
    forked_.record(stream_.get());
    check(cudaStreamWaitEvent(beside_.get(), forked_.get(), 0), "forking a stream");
    current_ = beside_.get();
    to_join_ = true;
    try {
      work();
    } catch (...) {
      current_ = stream_.get();
      throw;
    }
    current_ = stream_.get();
  }
  void join() override {
    if (!std::exchange(to_join_, false)) return;
    joined_.record(beside_.get());
    check(cudaStreamWaitEvent(stream_.get(), joined_.get(), 0), "joining a stream");
  }

  void begin_capture() override {
    forbid_in_capture("a recording");
    check(cudaStreamBeginCapture(stream_.get(), cudaStreamCaptureModeThreadLocal),
          "beginning to record a graph");
    capturing_ = true;
  }
  std::unique_ptr<LaunchGraph> end_capture() override {
    if (!capturing_) throw InternalError("end_capture without begin_capture on " + id());
    capturing_ = false;
    cudaGraph_t graph = nullptr;
    check(cudaStreamEndCapture(stream_.get(), &graph), "recording a graph");
    const std::unique_ptr<CUgraph_st, decltype(&cudaGraphDestroy)> owner(graph, cudaGraphDestroy);
    return std::make_unique<CudaGraph>(graph, stream_.get());
  }
  void abort_capture() noexcept override {
    if (!std::exchange(capturing_, false)) return;
    to_join_ = false;
    cudaGraph_t graph = nullptr;
    cudaStreamEndCapture(stream_.get(), &graph);
    if (graph != nullptr) cudaGraphDestroy(graph);
    static_cast<void>(cudaGetLastError());  // a recording that failed half-way is one
  }

  std::unique_ptr<Stopwatch> make_stopwatch() override {
    return std::make_unique<CudaStopwatch>(stream_.get());
  }
  void push_range(const char* name) override { nvtxRangePushA(name); }
  void pop_range() noexcept override { nvtxRangePop(); }

 private:
  void forbid_in_capture(const char* what) const {
    if (capturing_) throw InternalError(std::string(what) + " while " + id() + " records a graph");
  }

  GpuFacts facts_;
  // Products of the network come first; what runs beside them fills the gaps.
  Stream stream_{Stream::Priority::kGreatest}, beside_{Stream::Priority::kLeast};
  cudaStream_t current_ = stream_.get();
  Event forked_{cudaEventDisableTiming}, joined_{cudaEventDisableTiming};
  bool to_join_ = false;
  PinnedMemory pinned_{2 * kStagingHalf};
  CudaStagingStream staging_stream_{stream_.get()};
  Staging staging_{staging_stream_, pinned_.data(), kStagingHalf};
  bool capturing_ = false;
};

}  // namespace

std::unique_ptr<GpuDevice> make_cuda_device(int index) {
  const GpuSurvey survey = survey_gpus();
  const GpuFacts& gpu = select_gpu(survey, index);
  if (const std::string problem = CudaProbe().take(index); !problem.empty()) {
    throw InputError("--device " + gpu.id() + ": " + gpu.name + " cannot be taken: " + problem +
                     "; wait until it is free, or use --device cpu");
  }
  return std::make_unique<CudaDevice>(gpu);
}

}  // namespace vggstyle::cuda
