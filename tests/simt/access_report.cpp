// What every kernel does to memory in a few iterations on a small picture, as a table: sectors of
// global memory and passes over the banks of shared memory, beside the least that would do.
// tools/dev/kernel_evidence.py puts it into docs/kernels.md.

#include <cstdio>
#include <map>

#include "kernels/cuda/backend.h"
#include "net/synthetic_weights.h"
#include "optim/graph_objective.h"
#include "optim/lbfgs.h"
#include "optim/preconditioner/pyramid_preconditioner.h"
#include "tests/simt/machine/device.h"

using namespace vggstyle;

namespace {

constexpr int kHeight = 48, kWidth = 32;

struct Transfers {
  std::uint64_t transfers = 0, least = 0;

  void add(const simt::LineCounts& line) {
    transfers += line.transfers;
    least += line.least_transfers;
  }
  std::string text() const {
    if (least == 0) return "";
    char text[64];
    std::snprintf(text, sizeof text, "%.2f",
                  static_cast<double>(transfers) / static_cast<double>(least));
    return text;
  }
};

struct KernelTransfers {
  Transfers read, write, shared;
};

std::vector<float> ramp() {
  std::vector<float> pixels(Shape{3, kHeight, kWidth}.elements());
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(i * 37 % 256);
  return pixels;
}

/// With a region, style terms go through the kernels of positions with weights.
void run(GpuDevice& device, Precision precision, bool with_region) {
  const auto backend = make_cuda_backend(device, {precision, false});
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{0, 1}, {1, 1}, {2, 1}};
  spec[LossKind::kContent].layers = {{1, 1}};
  spec[LossKind::kContent].weight = 0.1;
  spec[LossKind::kTv].weight = 0.1;
  GraphOptions graph_options{.balance = {{}, 12}};
  if (with_region) {
    spec.regions = 1;
    graph_options.regions = {{"all", std::vector<float>(kHeight * kWidth, 0.5F)}};
  }
  Graph graph(*backend, synthetic_weights(Model::kVgg16, 1), kHeight, kWidth, spec, graph_options);
  std::vector<float> pixels = ramp();
  graph.set_content_target(pixels.data());
  graph.set_style_targets(graph.style_statistics(pixels.data()));
  for (float& p : pixels) p = 255 - p;
  const Buffer x(device, pixels.size() * sizeof(float));
  device.upload(x.data(), pixels.data(), x.bytes());
  LbfgsOptions options;
  options.max_evaluations = 4;
  options.bounds = Bounds{};
  PyramidPreconditioner pyramid(*backend, {3, kHeight, kWidth});
  options.preconditioner = &pyramid;
  GraphObjective objective(graph);
  minimize(objective, backend->vector_ops(), x.as<float>(), options, {});
}

}  // namespace

int main() {
  std::map<std::string, KernelTransfers> kernels;
  for (const Precision precision : {Precision::kFloat32, Precision::kTf32, Precision::kFloat16}) {
    simt::SimtOptions options;
    options.checks = simt::Checks::kCount;
    const auto device = simt::make_simt_device(options);
    run(*device, precision, false);
    run(*device, precision, true);
    for (const simt::LaunchCounts& launch : simt::take_access_counts(*device)) {
      KernelTransfers& kernel = kernels[launch.kernel];
      for (const simt::LineCounts& line : launch.lines) {
        if (line.space == simt::Space::kShared) {
          kernel.shared.add(line);
        } else {
          (line.write ? kernel.write : kernel.read).add(line);
        }
      }
    }
  }
  std::printf("| launch | sectors read | sectors written | passes over banks |\n");
  std::printf("| --- | ---: | ---: | ---: |\n");
  for (const auto& [name, kernel] : kernels) {
    std::printf("| `%s` | %s | %s | %s |\n", name.c_str(), kernel.read.text().c_str(),
                kernel.write.text().c_str(), kernel.shared.text().c_str());
  }
  return 0;
}
