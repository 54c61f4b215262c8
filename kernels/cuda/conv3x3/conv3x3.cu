// The 3x3 convolution of one layer on a GPU: filters are packed once into the order in which the
// kernel reads them, forward and (flipped, transposed) backward; then fprop and dgrad are one
// launch each.

#include "kernels/cuda/conv3x3/conv3x3.h"

#include <cstring>
#include <vector>

#include "kernels/cuda/conv3x3/conv3x3_fast.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/style/style_layer.h"
#include "runtime/error.h"

namespace vggstyle::cuda {
namespace {

constexpr int kTaps = kConvTaps;

Extent extent(const Tensor& tensor) {
  return {tensor.shape.height, tensor.shape.width};
}

/// filter(out, in, tap) of an OIHW array.
class Filters {
 public:
  Filters(std::span<const float> oihw, int in_channels)
      : values_(oihw), in_channels_(in_channels) {}
  float operator()(int o, int c, int tap) const {
    return values_[static_cast<std::size_t>((o * in_channels_ + c) * kTaps + tap)];
  }

 private:
  std::span<const float> values_;
  int in_channels_;
};

Buffer upload(GpuDevice& device, const void* data, std::size_t bytes) {
  Buffer buffer(device, bytes);
  device.upload(buffer.data(), data, bytes);
  return buffer;
}

/// [tap][in][out] in T, of filter(out, in, tap).
template <typename T, typename Filter>
Buffer pack(GpuDevice& device, int in_channels, int out_channels, Filter filter) {
  std::vector<T> packed;
  packed.reserve(static_cast<std::size_t>(kTaps * in_channels * out_channels));
  for (int tap = 0; tap < kTaps; ++tap) {
    for (int c = 0; c < in_channels; ++c) {
      for (int o = 0; o < out_channels; ++o) packed.push_back(from_float<T>(filter(o, c, tap)));
    }
  }
  return upload(device, packed.data(), packed.size() * sizeof(T));
}

/// The fast kernel's order (conv3x3_fast.h).
template <typename T, typename Rounding, typename Filter>
Buffer pack_fast(const Kernels& kernels, int in_channels, int out_channels, Filter filter) {
  std::vector<unsigned char> packed(packed_bytes<T>(in_channels, out_channels, kTaps));
  const FilterOrder order = filter_order<T>(kernels.device.limits(), kernels.precision);
  for (int o = 0; o < out_channels; ++o) {
    for (int c = 0; c < in_channels; ++c) {
      for (int tap = 0; tap < kTaps; ++tap) {
        const T value = from_float<T>(Rounding::round(filter(o, c, tap)));
        std::memcpy(packed.data() + packed_offset<T>(order, in_channels, kTaps, o, c, tap), &value,
                    sizeof value);
      }
    }
  }
  return upload(kernels.device, packed.data(), packed.size());
}

/// A layer on activations.
template <typename T, typename Rounding>
class Convolution final : public Conv3x3 {
 public:
  Convolution(const Kernels& kernels, const Conv3x3Problem& problem)
      : kernels_(kernels),
        in_(problem.in.channels),
        out_(problem.out_channels),
        padding_(problem.padding) {
    const Filters filter(problem.kernel, in_);
    bias_ = upload(kernels.device, problem.bias.data(), problem.bias.size_bytes());
    forward_ = pack_filters(in_, out_, [&](int o, int c, int tap) { return filter(o, c, tap); });
    if (problem.with_dgrad) {
      backward_ = pack_filters(
          out_, in_, [&](int c, int o, int tap) { return filter(o, c, kTaps - 1 - tap); });
    }
  }

  std::size_t workspace_bytes() const override { return 0; }
  std::size_t weight_bytes() const override {
    return bias_.bytes() + forward_.bytes() + backward_.bytes();
  }
  void fprop(const Tensor& in, const Tensor& out, const FpropEpilogue& epilogue, void*) override {
    const ConvShape shape{extent(in), in_, out_, padding_};
    ConvEpilogue<T> conv_epilogue;
    conv_epilogue.bias = bias_.as<float>();
    if (fast()) {
      SideOutput<T> side;
      side.channel_sums = channel_sums(epilogue.style, out);
      const bool pools = epilogue.pooled && epilogue.pool != Pooling::kL2;
      if (pools) {
        side.pooled = elements<T>(epilogue.pooled);
        if (epilogue.pool == Pooling::kMax) side.winners = epilogue.winners;
      }
      conv3x3_fast<T>(kernels_.device, kernels_.precision, shape, elements<const T>(in),
                      forward_.as<unsigned char>(), {}, conv_epilogue, side, elements<T>(out));
      if (epilogue.pooled && !pools) pool_->fprop(epilogue.pool, out, epilogue.pooled, nullptr);
      return;
    }
    conv3x3_plain<T, Rounding>(kernels_.device, shape, elements<const T>(in), forward_.as<T>(),
                               conv_epilogue, elements<T>(out));
    if (epilogue.pooled) {
      pool_->fprop(epilogue.pool, out, epilogue.pooled, epilogue.winners);
    }
  }

  void dgrad(const Tensor& d_out, const GradientTerms* terms, const Tensor& d_in, void*) override {
    ConvEpilogue<T> conv_epilogue;
    if (terms != nullptr) {
      conv_epilogue.terms = TermsView<T>(*terms);
      conv_epilogue.has_terms = true;
    }
    ConvShape shape{extent(d_out), out_, in_, padding_};
    if (reads_border_again(padding_)) {
      border_gradient(shape, d_out, d_in);
      conv_epilogue.addend = elements<const T>(d_in);
      shape.padding = Padding::kZero;
    }
    if (fast()) {
      conv3x3_fast<T>(kernels_.device, kernels_.precision, shape, elements<const T>(d_out),
                      backward_.as<unsigned char>(),
                      terms != nullptr ? style_steps<T>(*terms) : StyleSteps<T>{}, conv_epilogue,
                      {}, elements<T>(d_in));
      return;
    }
    conv3x3_plain<T, Rounding>(kernels_.device, shape, elements<const T>(d_out), backward_.as<T>(),
                               conv_epilogue, elements<T>(d_in));
  }

 private:
  void border_gradient(const ConvShape& shape, const Tensor& d_out, const Tensor& d_in) const {
    if (fast()) {
      border_gradient_fast<T>(kernels_.device, kernels_.precision, shape, elements<const T>(d_out),
                              backward_.as<unsigned char>(), elements<T>(d_in));
    } else {
      border_gradient_plain<T>(kernels_.device, shape, elements<const T>(d_out), backward_.as<T>(),
                               elements<T>(d_in));
    }
  }
  bool fast() const { return !kernels_.plain && is_fast(in_, out_); }
  float* channel_sums(StyleLayer* style, const Tensor& out) const {
    if (style == nullptr || kernels_.blas == nullptr) return nullptr;
    if (has_wgmma<T>(kernels_.device.limits())) return nullptr;
    const ConvGrid grid(kernels_.device.limits().multiprocessors, {extent(out), in_, out_});
    return static_cast<GpuStyleLayer*>(style)->channel_sums(out, grid.tiles());
  }
  template <typename Filter>
  Buffer pack_filters(int in_channels, int out_channels, Filter filter) const {
    if (fast()) return pack_fast<T, Rounding>(kernels_, in_channels, out_channels, filter);
    return pack<T>(kernels_.device, in_channels, out_channels, filter);
  }

  Kernels kernels_;
  int in_, out_;
  Padding padding_;
  Buffer bias_, forward_, backward_;
  std::unique_ptr<Pool2x2> pool_ = make_pool2x2(kernels_);
};

/// The layer on the pixels: float32 filters whatever the precision.
template <typename T>
class FirstLayer final : public Conv3x3 {
 public:
  FirstLayer(const Kernels& kernels, const Conv3x3Problem& problem)
      : kernels_(kernels), out_(problem.out_channels), padding_(problem.padding) {
    const Filters filter(problem.kernel, kColors);
    bias_ = upload(kernels.device, problem.bias.data(), problem.bias.size_bytes());
    forward_ = pack<float>(kernels.device, kColors, out_,
                           [&](int o, int c, int tap) { return filter(o, c, tap); });
    if (problem.with_dgrad) {
      backward_ = pack<float>(kernels.device, out_, kPaddedColors, [&](int c, int o, int tap) {
        return c < kColors ? filter(o, c, tap) : 0.0F;
      });
    }
  }

  std::size_t workspace_bytes() const override { return 0; }
  std::size_t weight_bytes() const override {
    return bias_.bytes() + forward_.bytes() + backward_.bytes();
  }

  void fprop(const Tensor& in, const Tensor& out, const FpropEpilogue& epilogue, void*) override {
    first_layer_fprop<T>(kernels_.device, {extent(in), kColors, out_, padding_},
                         elements<const float>(in), forward_.as<float>(), bias_.as<float>(),
                         elements<T>(out));
    if (epilogue.pooled) {
      pool_->fprop(epilogue.pool, out, epilogue.pooled, epilogue.winners);
    }
  }

  void dgrad(const Tensor& d_out, const GradientTerms* terms, const Tensor& d_in, void*) override {
    const ConvShape shape{extent(d_out), kColors, out_, padding_};
    ConvShape convolution = shape;
    const bool again = reads_border_again(padding_);
    if (again) convolution.padding = Padding::kZero;
    first_layer_dgrad<T>(kernels_.device, convolution, elements<const T>(d_out),
                         backward_.as<float>(), elements<float>(d_in));
    if (again) {
      border_gradient_first<T>(kernels_.device, shape, elements<const T>(d_out),
                               backward_.as<float>(), elements<float>(d_in));
    }
    if (terms != nullptr) gradient_terms(kernels_, *terms, true, d_in);
  }

 private:
  Kernels kernels_;
  int out_;
  Padding padding_;
  Buffer bias_, forward_, backward_;
  std::unique_ptr<Pool2x2> pool_ = make_pool2x2(kernels_);
};

}  // namespace

std::unique_ptr<Conv3x3> make_conv3x3(const Kernels& kernels, const Conv3x3Problem& problem) {
  if (kernels.dnn != nullptr && problem.in.channels != kColors) {
    if (problem.padding != Padding::kZero) {
      throw InputError(
          "cuDNN's convolutions pad with zeros only: use our own with another padding");
    }
    return make_library_conv3x3(kernels, problem);
  }
  return with_precision(
      kernels.precision,
      [&]<typename T, typename Rounding>(T, Rounding) -> std::unique_ptr<Conv3x3> {
        if (problem.in.channels == kColors)
          return std::make_unique<FirstLayer<T>>(kernels, problem);
        return std::make_unique<Convolution<T, Rounding>>(kernels, problem);
      });
}

}  // namespace vggstyle::cuda
