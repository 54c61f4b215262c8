#include "tools/engine.h"

#include <fmt/format.h>

#include <charconv>

#include "net/synthetic_weights.h"
#include "runtime/cpu_device.h"
#include "runtime/error.h"
#include "weights/find.h"
#include "weights/load.h"

namespace vggstyle {
namespace {

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

}  // namespace

void Engine::require(int last_layer) const {
  require_layers(weights, last_layer, weights_path);
}

std::unique_ptr<Device> make_device(const NetworkOptions& options) {
  if (options.device == "cuda" || options.device.rfind("cuda:", 0) == 0) {
    throw InputError("--device cuda: this build has no CUDA; use --device cpu");
  }
  if (options.device != "auto" && options.device != "cpu") {
    throw InputError(fmt::format("unknown device '{}': use auto or cpu", options.device));
  }
  return make_cpu_device(options.threads);
}

Engine make_engine(std::unique_ptr<Device> device, const NetworkOptions& options) {
  Engine engine;
  engine.device = std::move(device);
  engine.backend = make_cpu_backend(*engine.device);
  read_weights(options, engine);
  return engine;
}

}  // namespace vggstyle
