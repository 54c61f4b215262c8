#include "tools/session/overflow.h"

#include <fmt/format.h>

#include <cmath>

#include "kernels/cuda/backend.h"
#include "runtime/error.h"
#include "tools/session/style_targets.h"

namespace vggstyle {

Balance choose_units(Engine& engine, const LossSpec& spec, const Picture& start,
                     const std::optional<Picture>& content, const std::vector<Picture>& styles,
                     const std::vector<double>& blend_weights) {
  auto* gpu = dynamic_cast<GpuDevice*>(engine.device.get());
  if (gpu == nullptr || engine.backend->precision() != Precision::kFloat16) return {};
  // bfloat16 has float32's range in float16's memory.
  std::unique_ptr<Backend> own =
      std::exchange(engine.backend, make_cuda_backend(*gpu, {.precision = Precision::kBfloat16}));
  Balance balance;
  {
    Graph graph(*engine.backend, engine.weights, start.height, start.width, spec);
    set_targets(graph, engine, content, styles, blend_weights);
    const std::size_t bytes = start.rgb.size() * sizeof(float);
    const Buffer pixels(*gpu, bytes), gradient(*gpu, bytes);
    gpu->upload(pixels.data(), start.rgb.data(), bytes);
    balance = choose_balance(engine.weights.model,
                             graph.magnitudes(pixels.as<float>(), gradient.as<float>()));
  }
  engine.backend = std::move(own);
  return balance;
}

void check_finite(Graph& graph, double value, const float* pixels, float* gradient) {
  if (std::isfinite(value)) return;
  const std::string where = graph.find_overflow(pixels, gradient);
  throw InputError(fmt::format(
      "{}; use other weights, or on a GPU --precision tf32 or bf16, which hold larger numbers",
      where.empty() ? "the loss is not finite" : where));
}

}  // namespace vggstyle
