// The 3x3 convolution by cuDNN (--conv cudnn): the product is cuDNN's, all that our kernels fuse
// into it follows in launches of its own. Not what runs by default: it is there to compare with.
//
// bias_relu: one thread an element, in place; the bytes bound it, a read and a write.

#include <algorithm>
#include <vector>

#include "kernels/cuda/conv3x3/conv3x3.h"
#include "kernels/cuda/conv3x3/conv3x3_tile.h"
#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/library/dnn.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;

template <typename T>
__global__ void bias_relu(std::size_t elements, int channels, const float* bias, T* out) {
  const std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x;
  if (i >= elements) return;
  const float z = to_float(out[i]) + bias[i % static_cast<std::size_t>(channels)];
  out[i] = from_float<T>(z < 0.0F ? 0.0F : z);
}

template <typename T, typename Rounding>
class LibraryConvolution final : public Conv3x3 {
 public:
  LibraryConvolution(const Kernels& kernels, const Conv3x3Problem& problem)
      : kernels_(kernels), out_channels_(problem.out_channels) {
    const int in_channels = problem.in.channels;
    bias_ = Buffer(kernels.device, problem.bias.size_bytes());
    kernels.device.upload(bias_.data(), problem.bias.data(), bias_.bytes());
    const auto filter = [&](int o, int c, int tap) {
      return problem.kernel[static_cast<std::size_t>((o * in_channels + c) * kConvTaps + tap)];
    };
    fprop_ = kernels.dnn->make_convolution(kernels.precision, problem.in, out_channels_);
    forward_ = pack(out_channels_, in_channels, filter);
    if (!problem.with_dgrad) return;
    // dgrad is fprop with flipped, transposed filters.
    const Shape d_out{out_channels_, problem.in.height, problem.in.width};
    dgrad_ = kernels.dnn->make_convolution(kernels.precision, d_out, in_channels);
    backward_ = pack(in_channels, out_channels_,
                     [&](int c, int o, int tap) { return filter(o, c, kConvTaps - 1 - tap); });
  }

  std::size_t workspace_bytes() const override {
    const std::size_t back = dgrad_ != nullptr ? dgrad_->workspace_bytes() : 0;
    return std::max(fprop_->workspace_bytes(), back);
  }
  std::size_t weight_bytes() const override {
    return bias_.bytes() + forward_.bytes() + backward_.bytes();
  }

  void fprop(const Tensor& in, const Tensor& out, const FpropEpilogue& epilogue,
             void* workspace) override {
    fprop_->run(in.data, forward_.data(), out.data, workspace);
    const std::size_t elements = out.shape.elements();
    launch(kernels_.device, "bias_relu", bias_relu<T>, {ceil_div(elements, kThreads), kThreads},
           elements, out_channels_, bias_.as<float>(), cuda::elements<T>(out));
    if (epilogue.pooled) pool_->fprop(epilogue.pool, out, epilogue.pooled, epilogue.winners);
  }

  void dgrad(const Tensor& d_out, const GradientTerms* terms, const Tensor& d_in,
             void* workspace) override {
    dgrad_->run(d_out.data, backward_.data(), d_in.data, workspace);
    if (terms != nullptr) gradient_terms(kernels_, *terms, true, d_in);
  }

 private:
  /// [out][tap][in] of filter(out, in, tap).
  template <typename Filter>
  Buffer pack(int out_channels, int in_channels, Filter filter) const {
    std::vector<T> packed;
    packed.reserve(static_cast<std::size_t>(kConvTaps * in_channels * out_channels));
    for (int o = 0; o < out_channels; ++o) {
      for (int tap = 0; tap < kConvTaps; ++tap) {
        for (int c = 0; c < in_channels; ++c) {
          packed.push_back(from_float<T>(Rounding::round(filter(o, c, tap))));
        }
      }
    }
    Buffer buffer(kernels_.device, packed.size() * sizeof(T));
    kernels_.device.upload(buffer.data(), packed.data(), buffer.bytes());
    return buffer;
  }

  Kernels kernels_;
  int out_channels_;
  Buffer bias_, forward_, backward_;
  std::unique_ptr<DnnConvolution> fprop_, dgrad_;
  std::unique_ptr<Pool2x2> pool_ = make_pool2x2(kernels_);
};

}  // namespace

std::unique_ptr<Conv3x3> make_library_conv3x3(const Kernels& kernels,
                                              const Conv3x3Problem& problem) {
  return with_precision(
      kernels.precision,
      [&]<typename T, typename Rounding>(T, Rounding) -> std::unique_ptr<Conv3x3> {
        return std::make_unique<LibraryConvolution<T, Rounding>>(kernels, problem);
      });
}

}  // namespace vggstyle::cuda
