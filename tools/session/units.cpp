#include "tools/session/units.h"

#include "kernels/cuda/backend.h"
#include "runtime/gpu_device.h"

namespace vggstyle {

Balance choose_units(const Engine& engine, const ProblemSpec& spec) {
  auto* gpu = dynamic_cast<GpuDevice*>(engine.device.get());
  if (gpu == nullptr || engine.backend->precision() != Precision::kFloat16) return {};
  // bfloat16 has float32's range in float16's memory.
  const std::unique_ptr<Backend> wide =
      make_cuda_backend(*gpu, {.precision = Precision::kBfloat16});
  ProblemSpec in_one = spec;  // as everything in float16 is
  in_one.memory = 0;
  const std::unique_ptr<Graph> graph = make_graph(*wide, *engine.weights, in_one, {}, nullptr);
  const std::size_t bytes = spec.start.rgb.size() * sizeof(float);
  const Buffer pixels(*gpu, bytes), gradient(*gpu, bytes);
  gpu->upload(pixels.data(), spec.start.rgb.data(), bytes);
  return choose_balance(engine.weights->model,
                        graph->magnitudes(pixels.as<float>(), gradient.as<float>()));
}

Balance choose_units(const Engine& engine, const LossSpec& loss, const Picture& picture) {
  return choose_units(engine, ProblemSpec{loss, {}, {}, {picture}, {1.0}, picture});
}

}  // namespace vggstyle
