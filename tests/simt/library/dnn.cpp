#include "kernels/cuda/library/dnn.h"

#include <bit>
#include <vector>

#include "tests/simt/instructions/float_formats.h"
#include "tests/simt/machine/device.h"

/// What stands in for cuDNN: the plain sum. Inputs are rounded as documented (tf32 by ignoring the
/// low 13 bits, as mma does), products are exact, sums are float32.
namespace vggstyle::cuda {
namespace {

std::size_t element_bytes(Precision precision) {
  return precision == Precision::kFloat16 || precision == Precision::kBfloat16 ? 2 : 4;
}

std::vector<float> read(Precision precision, const void* data, std::size_t count) {
  std::vector<float> values(count);
  const auto* words = static_cast<const float*>(data);
  const auto* halves = static_cast<const std::uint16_t*>(data);
  for (std::size_t i = 0; i < count; ++i) {
    switch (precision) {
      case Precision::kFloat16:
        values[i] = simt::half_value(halves[i]);
        break;
      case Precision::kBfloat16:
        values[i] = simt::bfloat_value(halves[i]);
        break;
      case Precision::kTf32:
        values[i] = simt::tf32_value(std::bit_cast<std::uint32_t>(words[i]));
        break;
      default:
        values[i] = words[i];
    }
  }
  return values;
}

void write(Precision precision, void* data, std::size_t i, float value) {
  if (precision == Precision::kFloat16) {
    static_cast<std::uint16_t*>(data)[i] = simt::half_bits(value);
  } else if (precision == Precision::kBfloat16) {
    static_cast<std::uint16_t*>(data)[i] = simt::bfloat_bits(value);
  } else {
    static_cast<float*>(data)[i] = value;
  }
}

class PlainConvolution final : public DnnConvolution {
 public:
  PlainConvolution(GpuDevice& device, Precision precision, Shape in, int out_channels)
      : device_(device), precision_(precision), in_(in), out_channels_(out_channels) {}

  std::size_t workspace_bytes() const override { return 0; }

  void run(const void* in, const void* filters, void* out, void*) override {
    const std::size_t element = element_bytes(precision_);
    const auto out_channels = static_cast<std::size_t>(out_channels_);
    simt::run_library(device_, "convolution", {in, in_.elements() * element},
                      {out, in_.positions() * out_channels * element},
                      [=, *this] { compute(in, filters, out); });
  }

 private:
  void compute(const void* in, const void* filters, void* out) const {
    const auto channels = static_cast<std::size_t>(in_.channels);
    const auto out_channels = static_cast<std::size_t>(out_channels_);
    const std::vector<float> f = read(precision_, in, in_.elements());
    const std::vector<float> w = read(precision_, filters, out_channels * 9 * channels);
    std::vector<float> sums(out_channels);
    for (int y = 0; y < in_.height; ++y) {
      for (int x = 0; x < in_.width; ++x) {
        sums.assign(out_channels, 0.0F);
        for (int tap = 0; tap < 9; ++tap) {
          const int from_y = y + tap / 3 - 1, from_x = x + tap % 3 - 1;
          if (from_y < 0 || from_y >= in_.height || from_x < 0 || from_x >= in_.width) continue;
          const float* row =
              f.data() + static_cast<std::size_t>(from_y * in_.width + from_x) * channels;
          for (std::size_t o = 0; o < out_channels; ++o) {
            const float* filter = w.data() + (o * 9 + static_cast<std::size_t>(tap)) * channels;
            for (std::size_t c = 0; c < channels; ++c) sums[o] += row[c] * filter[c];
          }
        }
        const std::size_t at = static_cast<std::size_t>(y * in_.width + x) * out_channels;
        for (std::size_t o = 0; o < out_channels; ++o) write(precision_, out, at + o, sums[o]);
      }
    }
  }

  GpuDevice& device_;
  Precision precision_;
  Shape in_;
  int out_channels_;
};

class PlainDnn final : public Dnn {
 public:
  explicit PlainDnn(GpuDevice& device) : device_(device) {}

  std::unique_ptr<DnnConvolution> make_convolution(Precision precision, Shape in,
                                                   int out_channels) override {
    return std::make_unique<PlainConvolution>(device_, precision, in, out_channels);
  }

 private:
  GpuDevice& device_;
};

}  // namespace

std::unique_ptr<Dnn> make_dnn(GpuDevice& device) {
  return std::make_unique<PlainDnn>(device);
}

}  // namespace vggstyle::cuda
