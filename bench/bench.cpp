#include "bench/bench.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>

#include "bench/bench_report.h"
#include "optim/graph_objective.h"
#include "optim/lbfgs.h"
#include "optim/preconditioner/pyramid_preconditioner.h"
#include "tools/contrive/contrive.h"
#include "tools/session/engine.h"
#include "tools/session/problem.h"
#include "tools/session/settings/check.h"
#include "tools/session/settings/defaults.h"
#include "tools/session/settings/layer_names.h"

namespace vggstyle {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

LossSpec bench_loss(const BenchRequest& request, Model model) {
  LossSettings settings;
  settings[LossKind::kStyle].layers = request.style_layers;
  settings.gram = request.gram;
  return resolve_loss(settings, Task::kTexture, model, "");
}

std::vector<double> time_value_gradient(const BenchRequest& request, Objective& objective,
                                        Device& device, const float* x, float* gradient) {
  objective.evaluate(x, gradient, {});  // the first one touches memory for the first time
  std::vector<double> seconds;
  for (int i = 0; i < request.repeats; ++i) {
    const Clock::time_point start = Clock::now();
    objective.evaluate(x, gradient, {});
    device.synchronize();
    seconds.push_back(seconds_since(start));
  }
  return seconds;
}

/// The time between accepted steps, whatever number of evaluations they took.
std::vector<double> time_iterations(const BenchRequest& request, Objective& objective,
                                    Backend& backend, Shape picture, float* x) {
  std::vector<double> seconds;
  Clock::time_point last;
  LbfgsOptions options;
  options.history = kDefaultHistory;
  PyramidPreconditioner pyramid(backend, picture);
  options.preconditioner = &pyramid;
  // The first step searches for its scale: leave it out.
  minimize(objective, backend.vector_ops(), x, options, [&](const Progress& progress) {
    if (progress.iterations > 1) seconds.push_back(seconds_since(last));
    last = Clock::now();
    return static_cast<int>(seconds.size()) < request.repeats;
  });
  return seconds;
}

double peak_memory_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

OperationReport time_kernels(const BenchRequest& request, const Engine& engine) {
  constexpr std::size_t kCopyBytes = std::size_t{256} << 20U;  // more than caches hold
  Backend& backend = *engine.backend;
  OperationReport report{with_threads(*engine.device),
                         std::string(precision_name(backend.precision())),
                         request.size,
                         copy_bandwidth(backend.device(), kCopyBytes, request.repeats),
                         {}};
  time_operations(backend, *engine.weights,
                  {.size = request.size,
                   .layers = static_cast<int>(engine.weights->layers.size()),
                   .repeats = request.repeats},
                  [&](const OperationTime& operation) { report.operations.push_back(operation); });
  return report;
}

/// What the processor's arithmetic could reach; nothing of a GPU.
void add_ceiling(const Engine& engine, BenchReport& report) {
  if (engine.device->id() != "cpu") return;
  const CpuKernels& kernels = cpu_kernels_of(engine.settings);
  report.instructions = kernels.name;
  report.peak_gflops = kernels.peak(report.threads) * 1e-9;
}

}  // namespace

int bench(const BenchRequest& request) {
  check_range("size", request.size, 1, 16384);
  check_range("repeats", request.repeats, 1, 100'000);
  NetworkSettings network = request.network;
  if (network.weights.empty()) network.weights = "synthetic";
  Engine engine = make_engine(make_device(request.device), request.device, network);
  const Model model = engine.model();
  if (request.per_kernel) {
    engine.require(static_cast<int>(conv_layers(model).size()) - 1);
    const OperationReport report = time_kernels(request, engine);
    fmt::print("{}", request.json ? json_text(report) : table_text(report));
    return 0;
  }
  const LossSpec loss = bench_loss(request, model);
  engine.require(deepest_layer(loss));
  Problem problem(engine, {.loss = loss,
                           .styles = {contrive("strokes", request.size, request.size, 1)},
                           .blend = {1.0},
                           .start = contrive("scene", request.size, request.size, 1)});
  GraphObjective objective(problem.graph());
  float* const x = problem.pixels();
  const Buffer gradient(*engine.device, objective.size() * sizeof(float));

  BenchReport report{
      with_threads(*engine.device),
      std::string(model_name(model)),
      std::string(name_of(loss.gram)),
      layers_text(model, loss[LossKind::kStyle].layers),
      engine.weights->id,
      engine.device->threads(),
      request.size,
      request.size,
      request.repeats,
      {},
      {},
      plan_graph(model, problem.graph().pixel_shape(), loss, engine.backend->storage()).flop() *
          1e-9,
      0,
      "",
      0,
      {}};
  report.value_gradient =
      timing_of(time_value_gradient(request, objective, *engine.device, x, gradient.as<float>()));
  PhaseTimer timer(*engine.device);
  problem.graph().set_observer(&timer);
  objective.evaluate(x, gradient.as<float>(), {});
  problem.graph().set_observer(nullptr);
  report.phases = timer.entries();
  report.iteration = timing_of(
      time_iterations(request, objective, *engine.backend, problem.graph().pixel_shape(), x));
  report.peak_memory_mb = peak_memory_mb();
  add_ceiling(engine, report);
  fmt::print("{}", request.json ? json_text(report) : table_text(report));
  return 0;
}

}  // namespace vggstyle
