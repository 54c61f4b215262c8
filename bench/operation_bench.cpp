#include "bench/operation_bench.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <random>
#include <vector>

#include "net/layers.h"
#include "runtime/gpu_device.h"

namespace vggstyle {
namespace {

/// Median seconds of `work`, once it has warmed up: by the GPU's clock, where `in_a_row` of it are
/// replayed as one recorded graph, or by the wall's.
class Timer {
 public:
  Timer(Device& device, int repeats, int in_a_row)
      : device_(device),
        gpu_(dynamic_cast<GpuDevice*>(&device)),
        repeats_(repeats),
        in_a_row_(in_a_row) {}

  double warm(const std::function<void()>& work) const {
    if (gpu_ != nullptr) return in_a_graph(work);
    using Clock = std::chrono::steady_clock;
    work();
    std::vector<double> times;
    for (int i = 0; i < repeats_; ++i) {
      const Clock::time_point start = Clock::now();
      work();
      times.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
    return median(times);
  }

  /// With other memory, twice the L2, cleared before each. 0 without a GPU.
  double cold(const std::function<void()>& work) {
    if (gpu_ == nullptr) return 0;
    if (other_ == nullptr) {
      other_ = std::make_unique<Buffer>(device_, 2 * gpu_->limits().l2_bytes);
      clearing_ = in_a_graph([this] { clear_other(); });
    }
    return in_a_graph([&] {
             clear_other();
             work();
           }) -
           clearing_;
  }

 private:
  double in_a_graph(const std::function<void()>& work) const {
    work();  // loads its kernels, which a recording must not do
    const auto graph = gpu_->record([&] {
      for (int i = 0; i < in_a_row_; ++i) work();
    });
    const auto watch = gpu_->make_stopwatch();
    graph->launch();
    std::vector<double> times;
    for (int i = 0; i < repeats_; ++i) {
      watch->start();
      graph->launch();
      watch->stop();
      times.push_back(watch->milliseconds() * 1e-3 / in_a_row_);
    }
    return median(times);
  }

  void clear_other() { device_.clear(other_->data(), other_->bytes()); }

  Device& device_;
  GpuDevice* gpu_;
  int repeats_, in_a_row_;
  std::unique_ptr<Buffer> other_;
  double clearing_ = 0;
};

cuda::Storage storage_of(Precision precision) {
  return precision == Precision::kFloat16    ? cuda::Storage::kFloat16
         : precision == Precision::kBfloat16 ? cuda::Storage::kBfloat16
                                             : cuda::Storage::kFloat32;
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
  OperationBench(Backend& backend, const OperationBenchOptions& options,
                 const std::function<void(const OperationTime&)>& tell)
      : device_(backend.device()),
        backend_(backend),
        options_(options),
        timer_(device_, options.repeats, options.in_a_row),
        tell_(tell) {}

  void run(const NetworkWeights& weights) {
    Shape in{3, options_.size, options_.size};
    const auto layers = static_cast<std::size_t>(options_.layers);
    for (std::size_t i = 0; i < layers && in.positions() > 0; ++i) {
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
    if (options_.dnn != nullptr && in.channels != 3 && backend_.precision() != Precision::k3xTf32) {
      run_dnn(layer.name, "fprop (cuDNN)", flop, both, x.tensor, y.tensor);
      run_dnn(layer.name, "dgrad (cuDNN)", flop, both, dy.tensor, dx.tensor);
    }
    run_style(layer.name, out, y.tensor, dy.tensor);
    if (!layer.last_in_block) return out;
    const Shape pooled = pooled_shape(out);
    if (pooled.positions() == 0) return pooled;
    const DeviceTensor half(backend_, pooled, 0, 1);
    const Buffer winners(device_, backend_.pool2x2().winner_bytes(pooled));
    const auto moved =
        static_cast<double>(backend_.tensor_bytes(out) + backend_.tensor_bytes(pooled));
    measure(layer.name, "pool fprop", 0, moved, [&] {
      backend_.pool2x2().fprop(Pooling::kMax, y.tensor, half.tensor, winners.as<std::uint8_t>());
    });
    measure(layer.name, "pool bprop", 0, moved, [&] {
      backend_.pool2x2().bprop(Pooling::kMax, half.tensor, y.tensor, winners.as<std::uint8_t>(),
                               nullptr, dy.tensor);
    });
    return pooled;
  }

  void run_dnn(const std::string& layer, const char* operation, double flop, double bytes,
               const Tensor& from, const Tensor& to) {
    const auto product =
        options_.dnn->make_convolution(backend_.precision(), from.shape, to.shape.channels);
    const Buffer workspace(device_, std::max<std::size_t>(product->workspace_bytes(), 1));
    // As many numbers as the filters have, stored alike.
    const DeviceTensor filters(backend_, {from.shape.channels, 9, to.shape.channels}, -0.1F, 0.1F);
    measure(layer, operation, flop, bytes,
            [&] { product->run(from.data, filters.tensor.data, to.data, workspace.data()); });
  }

  void run_style(const std::string& name, Shape shape, const Tensor& f, const Tensor& d) {
    const auto style = backend_.make_style_layer(shape);
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
      measure(name, "gram (cuBLAS)", positions * square, bytes, [&] {
        options_.blas->gram(storage_of(backend_.precision()),
                            backend_.precision() == Precision::kTf32, f.data, shape.positions(), 1,
                            shape.channels, product.as<float>());
      });
    }
    measure(name, "loss terms", 0, square * 28,
            [&] { style->loss_terms(1e-3, 1e-3, value.as<double>()); });
    GradientTerms terms;
    terms.activations = f;
    terms.style = style->derivative();
    measure(name, "style gradient", 2 * positions * square, 2 * bytes,
            [&] { backend_.start_gradient(terms, d); });
  }

  void measure(const std::string& layer, const char* operation, double flop, double bytes,
               const std::function<void()>& work) {
    const double warm = timer_.warm(work);
    tell_({layer, operation, flop, bytes, warm, timer_.cold(work)});
  }

  Device& device_;
  Backend& backend_;
  const OperationBenchOptions& options_;
  Timer timer_;
  const std::function<void(const OperationTime&)>& tell_;
};

}  // namespace

void time_operations(Backend& backend, const NetworkWeights& weights,
                     const OperationBenchOptions& options,
                     const std::function<void(const OperationTime&)>& tell) {
  OperationBench(backend, options, tell).run(weights);
}

double copy_bandwidth(Device& device, std::size_t bytes, int repeats) {
  const Buffer from(device, bytes), to(device, bytes);
  // Zeros can be faster than real data.
  const std::vector<float> block = random_values(std::min(bytes, std::size_t{1} << 22U) / 4, -1, 1);
  const std::size_t block_bytes = block.size() * sizeof(float);
  for (std::size_t at = 0; at + block_bytes <= bytes; at += block_bytes) {
    device.upload(from.as<std::byte>() + at, block.data(), block_bytes);
  }
  const double seconds =
      Timer(device, repeats, 1).warm([&] { device.copy(to.data(), from.data(), bytes); });
  return 2 * static_cast<double>(bytes) / seconds;
}

double product_rate(Backend& backend, cuda::Blas& blas, int n, int repeats) {
  // A Gram product with as many positions as channels.
  const DeviceTensor f(backend, {n, n, 1}, -1, 1);
  const auto side = static_cast<std::size_t>(n);
  const Buffer out(backend.device(), side * side * sizeof(float));
  const double seconds = Timer(backend.device(), repeats, 1).warm([&] {
    blas.gram(storage_of(backend.precision()), backend.precision() == Precision::kTf32,
              f.tensor.data, side, 1, n, out.as<float>());
  });
  return 2.0 * n * n * n / seconds;
}

std::vector<float> random_values(std::size_t n, float low, float high) {
  std::mt19937 generator(1);
  std::vector<float> values(n);
  for (float& v : values) v = low + (high - low) * static_cast<float>(generator() >> 8) * 0x1p-24F;
  return values;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace vggstyle
