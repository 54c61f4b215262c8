// What an optimiser makes the host wait for: on a GPU, each wait and each upload costs as much as a
// kernel (docs/kernels.md).

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "kernels/cuda/backend.h"
#include "net/graph/graph.h"
#include "net/synthetic_weights.h"
#include "optim/graph_objective.h"
#include "optim/lbfgs.h"
#include "optim/preconditioner/pyramid_preconditioner.h"
#include "tests/simt/machine/device.h"

using namespace vggstyle;

namespace {

/// Of L-BFGS on a simulated GPU; with a preconditioner, the host waits for the direction as well.
void check_transfers(bool preconditioned) {
  CAPTURE(preconditioned);
  const std::unique_ptr<GpuDevice> device = simt::make_simt_device({});
  const auto backend = make_cuda_backend(*device, {Precision::kFloat32, false});
  constexpr int kSize = 6;
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{0, 1}};
  Graph graph(*backend, synthetic_weights(Model::kVgg16, 1), kSize, kSize, spec);
  std::vector<float> pixels(Shape{3, kSize, kSize}.elements());
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(i * 37 % 256);
  graph.set_style_targets(graph.style_statistics(pixels.data()));
  for (float& p : pixels) p = 255 - p;
  const Buffer x(*device, pixels.size() * sizeof(float));
  device->upload(x.data(), pixels.data(), x.bytes());
  simt::take_transfers(*device);

  GraphObjective objective(graph);
  LbfgsOptions options;
  options.max_evaluations = 12;
  options.history = 3;
  PyramidPreconditioner pyramid(*backend, {3, kSize, kSize});
  if (preconditioned) options.preconditioner = &pyramid;
  int evaluations = 0, steps = 0;
  minimize(objective, backend->vector_ops(), x.as<float>(), options, [&](const Progress& progress) {
    const simt::Transfers transfers = simt::take_transfers(*device);
    CHECK(transfers.uploads == 0);
    const int more = progress.evaluations - evaluations;
    if (steps == 0) {  // the start measured its gradient besides
      CHECK(transfers.downloads == 2 * more + 1);
    } else {
      CHECK(transfers.downloads == 2 * more + (preconditioned ? 1 : 0));
    }
    evaluations = progress.evaluations;
    ++steps;
    return true;
  });
  CHECK(steps > 5);
}

}  // namespace

TEST_CASE("L-BFGS uploads nothing, and reads back the loss and its products once an evaluation") {
  check_transfers(false);
}

TEST_CASE("L-BFGS with a preconditioner reads back once more, for its direction") {
  check_transfers(true);
}
