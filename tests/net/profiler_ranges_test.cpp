// What a profiler is told of an evaluation.

#include <algorithm>

#include "runtime/cpu_device.h"
#include "tests/net/graph_comparison.h"

using namespace vggstyle;
using namespace vggstyle::testing;

namespace {

/// The processor, which remembers the ranges it was told of.
class RangeDevice final : public Device {
 public:
  std::vector<std::string> ranges;
  int depth = 0, deepest = 0;

  std::string name() const override { return cpu_->name(); }
  std::string id() const override { return cpu_->id(); }
  int threads() const override { return cpu_->threads(); }
  std::size_t available_memory() const override { return cpu_->available_memory(); }
  void* allocate(std::size_t bytes) override { return cpu_->allocate(bytes); }
  void free(void* pointer) noexcept override { cpu_->free(pointer); }
  void upload(void* device, const void* host, std::size_t bytes) override {
    cpu_->upload(device, host, bytes);
  }
  void download(void* host, const void* device, std::size_t bytes) override {
    cpu_->download(host, device, bytes);
  }
  void clear(void* device, std::size_t bytes) override { cpu_->clear(device, bytes); }
  void copy(void* to, const void* from, std::size_t bytes) override { cpu_->copy(to, from, bytes); }
  void synchronize() override { cpu_->synchronize(); }
  void push_range(const char* range) override {
    ranges.emplace_back(range);
    deepest = std::max(deepest, ++depth);
  }
  void pop_range() noexcept override { --depth; }

 private:
  std::unique_ptr<Device> cpu_ = make_cpu_device(1);
};

}  // namespace

TEST_CASE("graph: the profiler sees the phases of each layer, one after another") {
  RangeDevice device;
  const auto backend = make_cpu_backend(device);
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{1, 1}};
  spec[LossKind::kTv].weight = 1;
  constexpr int kSize = 8;
  Graph graph(*backend, weights_of(Model::kVgg16), kSize, kSize, spec);
  const std::vector<float> rgb = picture(kSize, kSize, 1);
  graph.set_style_targets(graph.style_statistics(rgb.data()));
  const Buffer x(device, rgb.size() * sizeof(float)), gradient(device, x.bytes());
  device.upload(x.data(), rgb.data(), x.bytes());
  device.ranges.clear();
  graph.evaluate(x.as<float>(), gradient.as<float>());
  CHECK(device.depth == 0);
  CHECK(device.deepest == 2);  // within the evaluation, no phase in another
  // The terms of a layer follow it. conv1_2 backward: its own terms first, then the way down.
  CHECK(device.ranges == std::vector<std::string>{"value and gradient", "statistics pixels",
                                                  "forward conv1_1", "forward conv1_2",
                                                  "statistics conv1_2", "loss terms",
                                                  "backward conv1_2", "backward conv1_2",
                                                  "backward conv1_1", "backward pixels"});
}
