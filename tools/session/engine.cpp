#include "tools/session/engine.h"

#include <fmt/format.h>

#include <charconv>

#include "kernels/cuda/backend.h"
#include "net/synthetic_weights.h"
#include "runtime/cpu_device.h"
#include "runtime/cuda/cuda_device.h"
#include "runtime/cuda/cuda_probe.h"
#include "runtime/error.h"
#include "weights/find.h"
#include "weights/load.h"

namespace vggstyle {
namespace {

constexpr bool kBuiltWithCuda = VGGSTYLE_WITH_CUDA;
constexpr std::string_view kSynthetic = "synthetic";

bool is_synthetic(const std::string& name) {
  return name == kSynthetic || name.rfind("synthetic:", 0) == 0;
}

std::uint64_t synthetic_seed(const std::string& name) {
  if (name == kSynthetic) return 0;
  const char* begin = name.data() + kSynthetic.size() + 1;
  const char* end = name.data() + name.size();
  std::uint64_t seed = 0;
  const auto [stop, error] = std::from_chars(begin, end, seed);
  if (error != std::errc() || stop != end) {
    throw InputError(fmt::format("--weights {}: the seed must be a whole number", name));
  }
  return seed;
}

void read_weights(const NetworkOptions& options, Engine& engine) {
  LoadOptions load;
  if (options.model) load.model = parse_model(*options.model);
  if (options.preprocessing) load.preprocessing = parse_preprocessing(*options.preprocessing);
  if (is_synthetic(options.weights)) {
    engine.weights =
        synthetic_weights(load.model.value_or(Model::kVgg16), synthetic_seed(options.weights));
    engine.weights.preprocessing = load.preprocessing.value_or(engine.weights.preprocessing);
    engine.weights_path = options.weights;
    engine.explanation = "weights: random filters (" + engine.weights.id + ")";
    return;
  }
  const FoundWeights found = find_weights(options.weights, load.model);
  engine.weights = load_weights(found.path, load);
  engine.weights_path = found.path;
  engine.explanation = found.explanation;
}

/// N of "cuda:N", 0 of "cuda".
std::optional<int> cuda_index(const std::string& device) {
  if (device == "cuda") return 0;
  constexpr std::string_view kPrefix = "cuda:";
  if (device.rfind(kPrefix, 0) != 0) return std::nullopt;
  int index = 0;
  const char* end = device.data() + device.size();
  const auto [stop, error] = std::from_chars(device.data() + kPrefix.size(), end, index);
  if (error != std::errc() || stop != end || index < 0) {
    throw InputError(
        fmt::format("--device {}: a number must follow the colon, as in cuda:0", device));
  }
  return index;
}

/// Whether `value` is the second of two words and not the first.
bool parse_choice(const char* option, const std::string& value, const char* first,
                  const char* second) {
  if (value != first && value != second) {
    throw InputError(fmt::format("{} {}: use {} or {}", option, value, first, second));
  }
  return value == second;
}

/// All but the precision.
CudaBackendOptions parse_kernels(const NetworkOptions& options) {
  return {.plain_kernels = parse_choice("--kernels", options.kernels, "fast", "plain"),
          .cudnn = parse_choice("--conv", options.conv, "native", "cudnn"),
          .cublas = parse_choice("--gram-product", options.gram_product, "native", "cublas")};
}

Precision parse_named_precision(const NetworkOptions& options) {
  const std::optional<Precision> precision = parse_precision(options.precision);
  if (!precision) {
    throw InputError(fmt::format("--precision {}: use fp32, 3xtf32, tf32, fp16, bf16 or auto",
                                 options.precision));
  }
  return *precision;
}

Precision gpu_precision(const NetworkOptions& options, int capability) {
  if (options.precision != "auto") return parse_named_precision(options);
  return capability >= 80 ? Precision::kTf32 : Precision::kFloat32;
}

}  // namespace

void Engine::require(int last_layer) const {
  require_layers(weights, last_layer, weights_path);
}

StorageFacts Engine::storage() const {
  return device->id() == "cpu" ? cpu_storage() : gpu_storage(backend->precision());
}

std::unique_ptr<Device> make_device(const NetworkOptions& options) {
  const CudaBackendOptions kernels = parse_kernels(options);
  if (options.precision != "auto") parse_named_precision(options);
  if (options.device == "auto") {
    const cuda::GpuSurvey survey = cuda::survey_gpus();
    if (const cuda::GpuFacts* gpu = survey.first_usable()) {
      return cuda::make_cuda_device(gpu->index);
    }
  } else if (const std::optional<int> index = cuda_index(options.device)) {
    return cuda::make_cuda_device(*index);
  } else if (options.device != "cpu") {
    throw InputError(
        fmt::format("unknown device '{}': use auto, cpu, cuda or cuda:N", options.device));
  }
  if (options.precision != "auto" && options.precision != "fp32") {
    throw InputError(
        fmt::format("--precision {}: the CPU computes in fp32; leave --precision out, "
                    "or use --device cuda",
                    options.precision));
  }
  if (kernels.cudnn || kernels.cublas) {
    throw InputError(
        fmt::format("--{}: the CPU has no NVIDIA libraries; leave it out, or use "
                    "--device cuda",
                    kernels.cudnn ? "conv cudnn" : "gram-product cublas"));
  }
  return make_cpu_device(options.threads);
}

Engine make_engine(std::unique_ptr<Device> device, const NetworkOptions& options) {
  Engine engine;
  engine.device = std::move(device);
  if (auto* gpu = dynamic_cast<GpuDevice*>(engine.device.get())) {
    CudaBackendOptions kernels = parse_kernels(options);
    kernels.precision = gpu_precision(options, gpu->limits().capability);
    engine.backend = make_cuda_backend(*gpu, kernels);
  } else {
    engine.backend = make_cpu_backend(*engine.device);
  }
  read_weights(options, engine);
  if (kBuiltWithCuda && options.device == "auto" && engine.device->id() == "cpu") {
    engine.explanation += "; no GPU: " + cuda::survey_gpus().why_none();
  }
  return engine;
}

}  // namespace vggstyle
