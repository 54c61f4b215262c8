#include "bench/kernel_bench.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <random>
#include <string>

#include "kernels/cuda/backend.h"
#include "net/graph.h"
#include "net/synthetic_weights.h"
#include "optim/lbfgs.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<float> random_values(std::size_t n, float low, float high) {
  std::mt19937 generator(1);
  std::vector<float> values(n);
  for (float& v : values) v = low + (high - low) * static_cast<float>(generator() >> 8) * 0x1p-24F;
  return values;
}

class DeviceTensor {
 public:
  DeviceTensor(Backend& backend, Shape shape, float low, float high)
      : memory_(backend.device(), backend.tensor_bytes(shape)), tensor{shape, memory_.as<float>()} {
    backend.write(random_values(shape.elements(), low, high).data(), tensor);
  }

 private:
  Buffer memory_;

 public:
  const Tensor tensor;
};

/// The operations of each layer.
class OperationBench {
 public:
  OperationBench(GpuDevice& device, Backend& backend, const KernelBenchOptions& options,
                 std::FILE* out)
      : device_(device), backend_(backend), options_(options), out_(out) {}

  void run(const NetworkWeights& weights) {
    Shape in{3, options_.sizes.front(), options_.sizes.front()};
    for (std::size_t i = 0; i < weights.layers.size() && in.positions() > 0; ++i) {
      const ConvLayer& layer = conv_layers(weights.model)[i];
      in = run_layer(layer, weights.layers[i], in);
    }
  }

 private:
  /// The shape that the next layer sees.
  Shape run_layer(const ConvLayer& layer, const ConvWeights& weights, Shape in) {
    const Shape out{layer.out_channels, in.height, in.width};
    const auto convolution =
        backend_.make_conv3x3({in, layer.out_channels, weights.kernel, weights.bias, true});
    const Buffer workspace(device_, std::max<std::size_t>(convolution->workspace_bytes(), 1));
    const DeviceTensor x(backend_, in, 0, 1), y(backend_, out, 0, 1), dy(backend_, out, -1, 1),
        dx(backend_, in, -1, 1);
    const double flop = 2.0 * 9 * in.channels * out.channels * static_cast<double>(out.positions());
    const auto both = static_cast<double>(backend_.tensor_bytes(in) + backend_.tensor_bytes(out));
    measure(layer.name, "fprop", flop, both,
            [&] { convolution->fprop(x.tensor, y.tensor, {}, workspace.data()); });
    measure(layer.name, "dgrad", flop, both,
            [&] { convolution->dgrad(dy.tensor, nullptr, dx.tensor, workspace.data()); });
    run_style(layer.name, out, y.tensor, dy.tensor);
    if (!layer.last_in_block) return out;
    const Shape pooled = pooled_shape(out);
    if (pooled.positions() == 0) return pooled;
    const DeviceTensor half(backend_, pooled, 0, 1);
    const Buffer winners(device_, backend_.pool2x2().winner_bytes(pooled));
    const auto moved =
        static_cast<double>(backend_.tensor_bytes(out) + backend_.tensor_bytes(pooled));
    measure(layer.name, "pool fprop", 0, moved, [&] {
      backend_.pool2x2().fprop(PoolKind::kMax, y.tensor, half.tensor, winners.as<std::uint8_t>());
    });
    measure(layer.name, "pool bprop", 0, moved, [&] {
      backend_.pool2x2().bprop(PoolKind::kMax, half.tensor, winners.as<std::uint8_t>(), nullptr,
                               dy.tensor);
    });
    return pooled;
  }

  void run_style(const std::string& name, Shape shape, const Tensor& f, const Tensor& d) {
    const auto style = backend_.make_style_layer(shape.channels);
    const auto channels = static_cast<std::size_t>(shape.channels);
    style->set_target(std::vector<double>(channels * channels, 0.1),
                      std::vector<double>(channels, 0.1));
    const Buffer value(device_, sizeof(double));
    const auto positions = static_cast<double>(shape.positions());
    const double square = static_cast<double>(shape.channels) * shape.channels;
    const auto bytes = static_cast<double>(backend_.tensor_bytes(shape));
    measure(name, "gram", positions * square, bytes, [&] {
      style->begin(f);
      style->accumulate(f);
    });
    if (options_.blas != nullptr) {
      const Buffer product(device_, channels * channels * sizeof(float));
      const Precision precision = backend_.precision();
      const cuda::Storage storage = precision == Precision::kFloat16    ? cuda::Storage::kFloat16
                                    : precision == Precision::kBfloat16 ? cuda::Storage::kBfloat16
                                                                        : cuda::Storage::kFloat32;
      measure(name, "gram (cuBLAS)", positions * square, bytes, [&] {
        options_.blas->gram(storage, precision == Precision::kTf32, f.data, shape.positions(),
                            shape.channels, product.as<float>());
      });
    }
    measure(name, "loss terms", 0, square * 28,
            [&] { style->loss_terms(1e-3, 1e-3, value.as<double>()); });
    GradientTerms terms;
    terms.activations = f;
    terms.style_p = style->p();
    terms.style_q = style->q();
    measure(name, "style gradient", 2 * positions * square, 2 * bytes,
            [&] { backend_.start_gradient(terms, d); });
  }

  void measure(const std::string& layer, const char* operation, double flop, double bytes,
               const std::function<void()>& work) {
    const auto watch = device_.make_stopwatch();
    work();
    std::vector<double> times;
    for (int i = 0; i < options_.repeats; ++i) {
      watch->start();
      work();
      watch->stop();
      times.push_back(watch->milliseconds());
    }
    const double ms = median(times);
    std::fprintf(out_, "%s\t%s\t%s\t%.4f\t%.2f\t%.1f\n",
                 std::string(precision_name(backend_.precision())).c_str(), layer.c_str(),
                 operation, ms, flop / ms * 1e-9, bytes / ms * 1e-6);
    std::fflush(out_);
  }

  GpuDevice& device_;
  Backend& backend_;
  const KernelBenchOptions& options_;
  std::FILE* out_;
};

class GraphObjective final : public Objective {
 public:
  explicit GraphObjective(Graph& graph) : graph_(graph) {}
  std::size_t size() const override { return graph_.pixel_shape().elements(); }
  double evaluate(const float* x, float* gradient) override {
    return graph_.evaluate(x, gradient).total;
  }

 private:
  Graph& graph_;
};

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

void run_copy(GpuDevice& device, const KernelBenchOptions& options, std::FILE* out) {
  const std::size_t bytes = options.copy_bytes;
  const Buffer from(device, bytes), to(device, bytes);
  device.clear(from.data(), bytes);
  const auto watch = device.make_stopwatch();
  std::vector<double> times;
  for (int i = 0; i <= options.repeats; ++i) {
    watch->start();
    device.copy(to.data(), from.data(), bytes);
    watch->stop();
    const double ms = watch->milliseconds();
    if (i > 0) times.push_back(ms);
  }
  std::fprintf(out, "# copies: %.0f GB/s\n", 2e-6 * static_cast<double>(bytes) / median(times));
}

void run_graph(GpuDevice& device, Backend& backend, const NetworkWeights& weights, int size,
               const KernelBenchOptions& options, std::FILE* out) {
  LossSpec spec;
  for (int i = 0; i < static_cast<int>(weights.layers.size()); ++i) {
    spec.style_layers.push_back({i, 1});
  }
  const auto [start, style] = Pictures(size);
  // Values as small as these gradients need a scale in float16; activations of these weights do
  // not (net/balance.h).
  Graph graph(backend, weights, size, size, spec, {.balance = {{}, 12}});
  graph.set_style_targets(graph.style_statistics(style.data()));
  const std::size_t bytes = start.size() * sizeof(float);
  const Buffer x(device, bytes), gradient(device, bytes);
  device.upload(x.data(), start.data(), bytes);

  const double loss = graph.evaluate(x.as<float>(), gradient.as<float>()).total;
  std::vector<double> evaluations, iterations;
  for (int i = 0; i < options.repeats; ++i) {
    const Clock::time_point begin = Clock::now();
    graph.evaluate(x.as<float>(), gradient.as<float>());
    device.synchronize();
    evaluations.push_back(milliseconds_since(begin));
  }
  GraphObjective objective(graph);
  LbfgsOptions lbfgs;
  lbfgs.max_evaluations = 4 * options.repeats;
  Clock::time_point last;
  minimize(objective, backend.vector_ops(), x.as<float>(), lbfgs, [&](const Progress& progress) {
    if (progress.iterations > 1) iterations.push_back(milliseconds_since(last));
    last = Clock::now();
    return static_cast<int>(iterations.size()) < options.repeats;
  });
  const std::string precision(precision_name(backend.precision()));
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

}  // namespace

void run_kernel_bench(GpuDevice& device, const KernelBenchOptions& options, std::FILE* out) {
  NetworkWeights weights = synthetic_weights(Model::kVgg16, 1);
  weights.layers.resize(static_cast<std::size_t>(options.layers));
  std::fprintf(out, "# %s, %d px, %s kernels\n", device.name().c_str(), options.sizes.front(),
               options.plain_kernels ? "plain" : "fast");
  if (!options.save.empty()) save_inputs(options, weights);
  run_copy(device, options, out);
  std::fprintf(out, "precision\tlayer\toperation\tms\tTFLOP/s\tGB/s\n");
  for (const Precision precision : options.precisions) {
    const auto backend = make_cuda_backend(device, {precision, options.plain_kernels});
    OperationBench(device, *backend, options, out).run(weights);
  }
  std::fprintf(out, "\nprecision\tsize\tvalue+gradient ms\titeration ms\tMB\tloss\n");
  for (const int size : options.sizes) {
    for (const Precision precision : options.precisions) {
      const auto backend = make_cuda_backend(device, {precision, options.plain_kernels});
      run_graph(device, *backend, weights, size, options, out);
    }
  }
}

}  // namespace vggstyle
