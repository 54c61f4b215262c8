// The fast kernels' accesses to shared memory are without bank conflicts.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "kernels/cuda/backend.h"
#include "tests/simt/machine/device.h"

using namespace vggstyle;

namespace {

class DeviceTensor {
 public:
  DeviceTensor(Backend& backend, Shape shape)
      : memory_(backend.device(), backend.tensor_bytes(shape)), tensor{shape, memory_.as<float>()} {
    backend.write(std::vector<float>(shape.elements(), 0.5F).data(), tensor);
  }

 private:
  Buffer memory_;

 public:
  const Tensor tensor;
};

/// Every operation with a fast kernel, on a picture of whole tiles.
void run_fast_kernels(GpuDevice& device, Backend& backend, int channels, int height) {
  const Shape shape{channels, height, 16};
  const auto square = static_cast<std::size_t>(channels * channels);
  const std::vector<float> kernel(9 * square, 0.01F),
      bias(static_cast<std::size_t>(channels), 0.1F);
  const auto convolution = backend.make_conv3x3({shape, channels, kernel, bias, true});
  const DeviceTensor x(backend, shape), y(backend, shape), d(backend, shape);
  const DeviceTensor pooled(backend, pooled_shape(shape));
  const Buffer winners(device, backend.pool2x2().winner_bytes(pooled.tensor.shape));
  const Buffer value(device, sizeof(double));
  convolution->fprop(x.tensor, y.tensor, {pooled.tensor, Pooling::kMax, winners.as<std::uint8_t>()},
                     nullptr);
  const auto style = backend.make_style_layer(x.tensor.shape);
  style->set_target(std::vector<double>(square), std::vector<double>(bias.size()));
  style->begin(x.tensor);
  style->accumulate(x.tensor);
  style->loss_terms(1, 1, value.as<double>());
  GradientTerms terms;
  terms.activations = x.tensor;
  terms.style = style->derivative();
  convolution->dgrad(d.tensor, &terms, y.tensor, nullptr);
}

/// Runs them on a card of `capability`; `convolution` is the name of its kernel.
void check_no_conflicts(Precision precision, int capability, const std::string& convolution) {
  for (const int channels : {64, 128}) {
    for (const int height : {4, 16}) {  // the small tile; the large one, with no multiprocessors
      simt::SimtOptions options;
      options.checks = simt::Checks::kCount;
      options.limits = simt::limits_of(capability);
      if (height == 16) options.limits.multiprocessors = 0;
      const auto device = simt::make_simt_device(options);
      const auto backend = make_cuda_backend(*device, {precision, false});
      run_fast_kernels(*device, *backend, channels, height);
      int seen = 0;
      for (const simt::LaunchCounts& launch : simt::take_access_counts(*device)) {
        const std::string gram = "gram_" + std::string(precision_name(precision));
        if (launch.kernel != convolution && launch.kernel != gram) continue;
        ++seen;
        CAPTURE(launch.kernel);
        for (const simt::LineCounts& line : launch.lines) {
          if (line.space != simt::Space::kShared) continue;
          CAPTURE(line.line);
          CHECK(line.transfers == line.least_transfers);
        }
      }
      CHECK(seen == 3);  // fprop, Gram, dgrad
    }
  }
}

}  // namespace

TEST_CASE("fast kernels have no bank conflicts") {
  for (const Precision precision : kPrecisions) {
    check_no_conflicts(precision, 80, "conv3x3_" + std::string(precision_name(precision)));
  }
}

TEST_CASE("the convolutions by wgmma have no bank conflicts") {
  for (const Precision precision : {Precision::kTf32, Precision::kFloat16, Precision::kBfloat16}) {
    check_no_conflicts(precision, 90, "conv3x3_wgmma_" + std::string(precision_name(precision)));
  }
}
