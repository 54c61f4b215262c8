#include "tools/session/engine.h"

#include <fmt/format.h>

#include <charconv>

#include "kernels/cuda/backend.h"
#include "net/synthetic_weights.h"
#include "runtime/cpu_device.h"
#include "runtime/cuda/cuda_device.h"
#include "runtime/cuda/cuda_probe.h"
#include "tools/session/settings/check.h"
#include "weights/find.h"
#include "weights/load.h"

namespace vggstyle {
namespace {

constexpr bool kBuiltWithCuda = VGGSTYLE_WITH_CUDA;
constexpr std::string_view kSynthetic = "synthetic";

std::uint64_t synthetic_seed(const std::string& name) {
  if (name == kSynthetic) return 0;
  const char* begin = name.data() + kSynthetic.size() + 1;
  const char* end = name.data() + name.size();
  std::uint64_t seed = 0;
  const auto [stop, error] = std::from_chars(begin, end, seed);
  if (error != std::errc() || stop != end) {
    throw SettingError("weights", fmt::format(" {}: the seed must be a whole number", name));
  }
  return seed;
}

void read_weights(const NetworkSettings& network, Engine& engine) {
  if (is_synthetic(network.weights)) {
    NetworkWeights weights =
        synthetic_weights(network.model.value_or(Model::kVgg16), synthetic_seed(network.weights));
    weights.preprocessing = network.preprocessing.value_or(weights.preprocessing);
    engine.weights_path = network.weights;
    engine.explanation = "weights: random filters (" + weights.id + ")";
    engine.weights = std::make_shared<const NetworkWeights>(std::move(weights));
    return;
  }
  const FoundWeights found = find_weights(network.weights, network.model);
  engine.weights = std::make_shared<const NetworkWeights>(
      load_weights(found.path, {.model = network.model, .preprocessing = network.preprocessing}));
  engine.weights_path = found.path;
  engine.explanation = found.explanation;
}

std::unique_ptr<Backend> make_backend(Device& device, const DeviceSettings& settings) {
  auto* gpu = dynamic_cast<GpuDevice*>(&device);
  if (gpu == nullptr) return cpu_kernels_of(settings).make_backend(device);
  const bool tensor_cores = gpu->limits().capability >= 80;
  return make_cuda_backend(*gpu, {.precision = settings.precision.value_or(
                                      tensor_cores ? Precision::kTf32 : Precision::kFloat32),
                                  .plain_kernels = settings.plain_kernels,
                                  .cudnn = settings.cudnn,
                                  .cublas = settings.cublas});
}

/// SettingError for what a processor cannot do.
void check_cpu(const DeviceSettings& settings) {
  cpu_kernels_of(settings);
  if (settings.precision.value_or(Precision::kFloat32) != Precision::kFloat32) {
    throw SettingError(
        "precision",
        fmt::format(" {}: the CPU computes in fp32; leave --precision out, or use --device cuda",
                    precision_name(*settings.precision)));
  }
  if (settings.cudnn || settings.cublas) {
    throw SettingError(settings.cudnn ? "conv" : "gram-product",
                       fmt::format(" {}: the CPU has no NVIDIA libraries; leave it out, or use "
                                   "--device cuda",
                                   settings.cudnn ? "cudnn" : "cublas"));
  }
}

}  // namespace

void Engine::require(int last_layer) const {
  require_layers(*weights, last_layer, weights_path);
}

bool is_synthetic(const std::string& weights) {
  return weights == kSynthetic || weights.rfind("synthetic:", 0) == 0;
}

const CpuKernels& cpu_kernels_of(const DeviceSettings& settings) {
  if (settings.instructions.empty()) return best_cpu_kernels();
  std::string usable;
  for (const CpuKernels* kernels : usable_cpu_kernels()) {
    if (settings.instructions == kernels->word) return *kernels;
    usable += fmt::format("{}cpu:{}", usable.empty() ? "" : ", ", kernels->word);
  }
  throw SettingError("device",
                     fmt::format(" cpu:{}: this processor has {}", settings.instructions, usable));
}

std::unique_ptr<Device> make_device(const DeviceSettings& settings) {
  if (settings.kind == DeviceSettings::Kind::kAuto) {
    const cuda::GpuSurvey survey = cuda::survey_gpus();
    if (const cuda::GpuFacts* gpu = survey.first_usable()) {
      return cuda::make_cuda_device(gpu->index);
    }
  }
  if (settings.kind == DeviceSettings::Kind::kCuda) return cuda::make_cuda_device(settings.index);
  check_cpu(settings);
  return make_cpu_device(settings.threads);
}

Engine make_engine(std::unique_ptr<Device> device, const DeviceSettings& settings,
                   const NetworkSettings& network) {
  Engine engine;
  engine.device = std::move(device);
  engine.backend = make_backend(*engine.device, settings);
  engine.settings = settings;
  read_weights(network, engine);
  const bool automatic = settings.kind == DeviceSettings::Kind::kAuto;
  if (kBuiltWithCuda && automatic && engine.device->id() == "cpu") {
    engine.explanation += "; no GPU: " + cuda::survey_gpus().why_none();
  }
  return engine;
}

Engine share(const Engine& engine, int threads) {
  Engine other;
  other.device = make_cpu_device(threads);
  other.backend = cpu_kernels_of(engine.settings).make_backend(*other.device);
  other.weights = engine.weights;
  other.weights_path = engine.weights_path;
  other.explanation = engine.explanation;
  other.settings = engine.settings;
  return other;
}

}  // namespace vggstyle
