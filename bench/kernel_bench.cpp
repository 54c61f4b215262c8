#include "bench/kernel_bench.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

#include "bench/operation_bench.h"
#include "kernels/cuda/backend.h"
#include "net/graph/graph.h"
#include "net/synthetic_weights.h"
#include "optim/graph_objective.h"
#include "optim/lbfgs.h"
#include "optim/preconditioner/pyramid_preconditioner.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void append(std::ofstream& file, const std::vector<float>& values) {
  file.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(float)));
}

template <typename Write>
void save(const std::filesystem::path& path, Write write) {
  std::ofstream file(path, std::ios::binary);
  write(file);
  if (!file.flush()) throw InputError(path.string() + " could not be written");
}

struct Pictures {
  std::vector<float> start, style;

  explicit Pictures(int size)
      : start(random_values(Shape{3, size, size}.elements(), 0, 255)),
        style(random_values(Shape{3, size, size}.elements(), 60, 180)) {}
};

void save_inputs(const KernelBenchOptions& options, const NetworkWeights& weights) {
  save(options.save / "weights.f32", [&](std::ofstream& file) {
    for (const ConvWeights& layer : weights.layers) {
      append(file, layer.kernel);
      append(file, layer.bias);
    }
  });
  for (const int size : options.sizes) {
    const Pictures pictures(size);
    const std::string end = std::to_string(size) + ".f32";
    save(options.save / std::string("start-").append(end),
         [&](std::ofstream& file) { append(file, pictures.start); });
    save(options.save / std::string("style-").append(end),
         [&](std::ofstream& file) { append(file, pictures.style); });
  }
}

void run_operations(Backend& backend, const NetworkWeights& weights,
                    const KernelBenchOptions& options, std::FILE* out) {
  const OperationBenchOptions operations{options.sizes.front(), options.layers, options.repeats,
                                         options.in_a_row,      options.blas,   options.dnn};
  time_operations(backend, weights, operations, [&](const OperationTime& t) {
    std::fprintf(out, "%s\t%s\t%s\t%.4f\t%.4f\t%.2f\t%.1f\n",
                 std::string(precision_name(backend.precision())).c_str(), t.layer.c_str(),
                 t.operation.c_str(), t.seconds * 1e3, t.cold_seconds * 1e3,
                 t.flop / t.seconds * 1e-12, t.bytes / t.seconds * 1e-9);
    std::fflush(out);
  });
}

void run_graph(GpuDevice& device, Backend& backend, const NetworkWeights& weights, int size,
               const KernelBenchOptions& options, std::FILE* out) {
  LossSpec spec;
  for (int i = 0; i < static_cast<int>(weights.layers.size()); ++i) {
    spec[LossKind::kStyle].layers.push_back({i, 1});
  }
  const auto [start, style] = Pictures(size);
  // Values as small as these gradients need a scale in float16; activations of these weights do
  // not (net/balance.h).
  Graph graph(backend, weights, size, size, spec, {.balance = {{}, 12}});
  graph.set_style_targets(graph.style_statistics(style.data()));
  const std::size_t bytes = start.size() * sizeof(float);
  const Buffer x(device, bytes), gradient(device, bytes);
  device.upload(x.data(), start.data(), bytes);

  const std::string precision(precision_name(backend.precision()));
  const double loss = graph.evaluate(x.as<float>(), gradient.as<float>()).total;
  if (!options.save.empty()) {
    std::vector<float> host(start.size());
    device.download(host.data(), gradient.data(), bytes);
    save(options.save / ("gradient-" + precision + "-" + std::to_string(size) + ".f32"),
         [&](std::ofstream& file) { append(file, host); });
  }
  std::vector<double> evaluations, iterations;
  for (int i = 0; i < options.repeats; ++i) {
    const Clock::time_point begin = Clock::now();
    graph.evaluate(x.as<float>(), gradient.as<float>());
    device.synchronize();
    evaluations.push_back(milliseconds_since(begin));
  }
  GraphObjective objective(graph);
  PyramidPreconditioner pyramid(backend, graph.pixel_shape());
  LbfgsOptions lbfgs;
  lbfgs.max_evaluations = 4 * options.repeats;
  lbfgs.preconditioner = &pyramid;
  Clock::time_point last;
  minimize(objective, backend.vector_ops(), x.as<float>(), lbfgs, [&](const Progress& progress) {
    if (progress.iterations > 1) iterations.push_back(milliseconds_since(last));
    last = Clock::now();
    return static_cast<int>(iterations.size()) < options.repeats;
  });
  std::fprintf(out, "%s\t%d\t%.3f\t%.3f\t%.0f\t%.7g\n", precision.c_str(), size,
               median(evaluations), iterations.empty() ? 0 : median(iterations),
               static_cast<double>(graph.memory_bytes()) / 0x1p20, loss);
  if (options.long_run > 0 && size == options.sizes.front()) {
    device.upload(x.data(), start.data(), bytes);
    lbfgs.max_evaluations = 2 * options.long_run + lbfgs.max_trials;
    int iteration = 0;
    const Clock::time_point begin = Clock::now();
    minimize(objective, backend.vector_ops(), x.as<float>(), lbfgs, [&](const Progress& progress) {
      iteration = progress.iterations;
      return iteration < options.long_run;
    });
    device.synchronize();
    std::fprintf(out, "# %s: %d iterations of L-BFGS in %.3f s\n", precision.c_str(), iteration,
                 milliseconds_since(begin) * 1e-3);
  }
  std::fflush(out);
}

void run_ceilings(GpuDevice& device, const KernelBenchOptions& options, std::FILE* out) {
  std::fprintf(out, "# copies: %.0f GB/s\n",
               copy_bandwidth(device, options.copy_bytes, options.repeats) * 1e-9);
  for (const Precision precision : options.precisions) {
    if (options.blas == nullptr || precision == Precision::k3xTf32) continue;
    const auto backend = make_cuda_backend(device, {precision, options.plain_kernels});
    std::fprintf(
        out, "# products, %s: %.1f TFLOP/s\n", std::string(precision_name(precision)).c_str(),
        product_rate(*backend, *options.blas, options.product_size, options.repeats) * 1e-12);
    std::fflush(out);
  }
}

}  // namespace

void run_kernel_bench(GpuDevice& device, const KernelBenchOptions& options, std::FILE* out) {
  NetworkWeights weights = synthetic_weights(Model::kVgg16, 1);
  weights.layers.resize(static_cast<std::size_t>(options.layers));
  std::fprintf(out, "# %s, %d px, %s kernels\n", device.name().c_str(), options.sizes.front(),
               options.plain_kernels ? "plain" : "fast");
  if (!options.save.empty()) save_inputs(options, weights);
  if (options.operations) {
    run_ceilings(device, options, out);
    std::fprintf(out, "precision\tlayer\toperation\tms\tms, cold\tTFLOP/s\tGB/s\n");
    for (const Precision precision : options.precisions) {
      const auto backend = make_cuda_backend(device, {precision, options.plain_kernels});
      run_operations(*backend, weights, options, out);
    }
    std::fprintf(out, "\n");
  }
  if (!options.evaluations) return;
  std::fprintf(out, "precision\tsize\tvalue+gradient ms\titeration ms\tMB\tloss\n");
  for (const int size : options.sizes) {
    for (const Precision precision : options.precisions) {
      const auto backend = make_cuda_backend(device, {precision, options.plain_kernels});
      run_graph(device, *backend, weights, size, options, out);
    }
  }
}

}  // namespace vggstyle
