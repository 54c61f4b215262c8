// 3x3 convolution: own Winograd (winograd.h) where it pays, oneDNN's direct kernels elsewhere, an
// own kernel for the gradient of the pixels. This is the only file of the project that sees oneDNN.
//
// dgrad is run as a forward convolution with flipped, transposed filters: forward kernels are the
// fastest, and frozen weights are packed once. Tensors keep one blocked layout from layer to layer
// (layout.h), so that no iteration reorders anything.
//
// Winograd's tiles at the border read what any padding finds there. The first layer reads a copy of
// the pixels with their border. Where the gradient is no such convolution (reflect, replicate; and any on
// the pixels) it is computed one position further on every side, and what is outside then added to
// where it was read.

#include <cstring>
#include <dnnl.hpp>
#include <string>
#include <utility>
#include <vector>

#include "kernels/cpu/conv3x3/first_layer_dgrad.h"
#include "kernels/cpu/conv3x3/winograd.h"
#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"
#include "kernels/cpu/padding.h"
#include "kernels/storage.h"
#include "runtime/error.h"

namespace vggstyle {
namespace cpu {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

memory::desc tensor_desc(Shape shape) {
  const Tag blocked = kBlock == 16 ? Tag::nChw16c : Tag::nChw8c;
  return {{1, shape.channels, shape.height, shape.width},
          memory::data_type::f32,
          is_blocked(shape) ? blocked : Tag::nchw};
}

/// The fixed rule, from timings of every VGG layer at 64 to 512 pixels, never from timing at run
/// time: Winograd has 4 times fewer products than a direct kernel and is faster everywhere but on
/// the 512 to 512 layers of small pictures, where reading its filters (36 instead of 9 numbers
/// each) costs more than it saves: sooner with AVX-512, where products are cheap, than with AVX2. The
/// first layer has too few channels for it.
bool winograd_pays(Shape in, Shape out, Padding padding) {
  if (padding != Padding::kZero && is_blocked(in)) return true;  // oneDNN pads with zeros only
  constexpr std::size_t kFewPositions = kBlock == 16 ? 400 : 200;
  const bool large_filters = in.channels >= 512 && out.channels >= 512;
  return in.channels >= 64 && out.channels >= 64 &&
         (!large_filters || in.positions() >= kFewPositions);
}

/// A direct convolution with so many rows and columns of zeros on each side, and with ReLU where it has a bias.
/// Versions 2 (Debian 12) and 3 (Debian 13) of oneDNN differ in how they are told.
dnnl::convolution_forward::primitive_desc describe(const memory::desc& in,
                                                   const memory::desc& weights,
                                                   const memory::desc& bias,
                                                   const memory::desc& out, memory::dim zeros) {
  constexpr auto kind = dnnl::prop_kind::forward_inference;
  constexpr auto direct = dnnl::algorithm::convolution_direct, relu = dnnl::algorithm::eltwise_relu;
  const memory::dims strides{1, 1}, padding{zeros, zeros};
  const bool with_bias = bias.get_size() != 0;
  dnnl::post_ops after;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
#if DNNL_VERSION_MAJOR < 3
  if (with_bias) after.append_eltwise(1, relu, 0, 0);
  attributes.set_post_ops(after);
  return {{kind, direct, in, weights, bias, out, strides, padding, padding}, attributes, engine()};
#else
  if (with_bias) after.append_eltwise(relu, 0, 0);
  attributes.set_post_ops(after);
  return {engine(), kind, direct, in, weights, bias, out, strides, padding, padding, attributes};
#endif
}

/// oneDNN's direct forward 3x3 convolution with packed weights.
class DirectConvolution {
 public:
  DirectConvolution() = default;

  /// `in` has the size of `out` and zeros around it, or its border with it. `kernel` is OIHW. An empty
  /// bias means neither bias nor ReLU.
  DirectConvolution(Shape in, Shape out, std::span<const float> kernel,
                    std::span<const float> bias) {
    const auto f32 = memory::data_type::f32;
    const memory::desc any_weights({out.channels, in.channels, 3, 3}, f32, Tag::any);
    const memory::desc bias_desc =
        bias.empty() ? memory::desc() : memory::desc({out.channels}, f32, Tag::x);
    const int zeros = in.height == out.height ? 1 : 0;
    const auto description =
        describe(tensor_desc(in), any_weights, bias_desc, tensor_desc(out), zeros);
    primitive_ = dnnl::convolution_forward(description);
    in_desc_ = description.src_desc();
    out_desc_ = description.dst_desc();
    scratch_desc_ = description.scratchpad_desc();
    const memory::desc plain({out.channels, in.channels, 3, 3}, f32, Tag::oihw);
    memory source(plain, engine(), const_cast<float*>(kernel.data()));
    weights_ = memory(description.weights_desc(), engine());
    dnnl::reorder(source, weights_).execute(stream_, source, weights_);
    stream_.wait();
    if (!bias.empty()) {
      bias_ = memory(description.bias_desc(), engine());
      std::memcpy(bias_.get_data_handle(), bias.data(), bias.size() * sizeof(float));
    }
  }

  bool made() const { return static_cast<bool>(primitive_); }
  std::size_t workspace_bytes() const { return made() ? scratch_desc_.get_size() : 0; }
  std::size_t weight_bytes() const { return made() ? weights_.get_desc().get_size() : 0; }

  void execute(const Tensor& in, const Tensor& out, void* workspace) {
    std::unordered_map<int, memory> arguments{
        {DNNL_ARG_SRC, memory(in_desc_, engine(), in.data)},
        {DNNL_ARG_WEIGHTS, weights_},
        {DNNL_ARG_DST, memory(out_desc_, engine(), out.data)},
        {DNNL_ARG_SCRATCHPAD, memory(scratch_desc_, engine(), workspace)}};
    if (bias_) arguments.emplace(DNNL_ARG_BIAS, bias_);
    primitive_.execute(stream_, arguments);
    stream_.wait();
  }

 private:
  dnnl::stream stream_{engine()};
  dnnl::convolution_forward primitive_;
  memory weights_, bias_;
  memory::desc in_desc_, out_desc_, scratch_desc_;
};

/// A forward 3x3 convolution with packed weights by whichever of the two is faster.
class PackedConvolution {
 public:
  PackedConvolution() = default;
  PackedConvolution(Device& device, Shape in, Shape out, std::span<const float> kernel,
                    std::span<const float> bias, Padding padding) {
    if (winograd_pays(in, out, padding)) {
      // Where `out` is larger, it is all that the filters reach.
      const bool all = out.height > in.height;
      winograd_ = Winograd(device, in, out, kernel, bias, all ? Padding::kZero : padding);
    } else {
      direct_ = DirectConvolution(in, out, kernel, bias);
    }
  }

  std::size_t workspace_bytes() const {
    return winograd_.made() ? winograd_.workspace_bytes() : direct_.workspace_bytes();
  }
  std::size_t weight_bytes() const { return winograd_.weight_bytes() + direct_.weight_bytes(); }

  void execute(const Tensor& in, const Tensor& out, void* workspace) {
    if (winograd_.made()) {
      winograd_.execute(in, out, static_cast<float*>(workspace));
    } else {
      direct_.execute(in, out, workspace);
    }
  }

 private:
  Winograd winograd_;
  DirectConvolution direct_;
};

/// [o][c][i][j] to [c][o][2 - i][2 - j].
std::vector<float> flipped_transposed(std::span<const float> kernel, int out, int in) {
  std::vector<float> result(kernel.size());
  for (int o = 0; o < out; ++o) {
    for (int c = 0; c < in; ++c) {
      for (int tap = 0; tap < 9; ++tap) {
        const auto from = static_cast<std::size_t>((o * in + c) * 9 + tap);
        const auto to = static_cast<std::size_t>((c * out + o) * 9 + 8 - tap);
        result[to] = kernel[from];
      }
    }
  }
  return result;
}

/// Whether dgrad is computed with its border, which is then added back.
bool adds_back(Shape in, Padding padding) {
  return reads_border_again(padding) || (padding != Padding::kZero && !is_blocked(in));
}

/// Of the workspace, for a tensor like the input with its border.
std::size_t border_bytes(Shape in, Padding padding) {
  if (!adds_back(in, padding)) return 0;
  return (with_border(in).elements() * sizeof(float) + 63) / 64 * 64;
}

class CpuConv3x3 final : public Conv3x3 {
 public:
  CpuConv3x3(Device& device, const Conv3x3Problem& problem)
      : padding_(problem.padding),
        copies_in_(padding_ != Padding::kZero && !is_blocked(problem.in)),
        adds_back_(adds_back(problem.in, padding_)),
        border_bytes_(border_bytes(problem.in, padding_)) {
    const Shape out{problem.out_channels, problem.in.height, problem.in.width};
    const Shape bordered = with_border(problem.in);
    try {
      fprop_ = PackedConvolution(device, copies_in_ ? bordered : problem.in, out, problem.kernel,
                                 problem.bias, padding_);
      if (problem.with_dgrad && !is_blocked(problem.in)) {
        first_dgrad_ = FirstLayerDgrad(problem.kernel, problem.out_channels);
      } else if (problem.with_dgrad) {
        dgrad_ = PackedConvolution(
            device, out, adds_back_ ? bordered : problem.in,
            flipped_transposed(problem.kernel, problem.out_channels, problem.in.channels), {},
            padding_);
      }
    } catch (const dnnl::error& error) {
      throw InternalError(std::string("oneDNN could not prepare a convolution: ") + error.message);
    }
  }

  std::size_t workspace_bytes() const override {
    return border_bytes_ + std::max(fprop_.workspace_bytes(), dgrad_.workspace_bytes());
  }
  std::size_t weight_bytes() const override {
    return fprop_.weight_bytes() + dgrad_.weight_bytes() + first_dgrad_.weight_bytes();
  }

  void fprop(const Tensor& in, const Tensor& out, const FpropEpilogue& epilogue,
             void* workspace) override {
    Tensor from = in;
    if (copies_in_) {
      from = {with_border(in.shape), workspace};
      pad_planes(padding_, in, from);
    }
    execute(fprop_, from, out, behind_border(workspace));
    if (epilogue.pooled) pool_->fprop(epilogue.pool, out, epilogue.pooled, epilogue.winners);
  }

  void dgrad(const Tensor& d_out, const GradientTerms* terms, const Tensor& d_in,
             void* workspace) override {
    const Tensor to = adds_back_ ? Tensor{with_border(d_in.shape), workspace} : d_in;
    if (is_blocked(d_in.shape)) {
      execute(dgrad_, d_out, to, behind_border(workspace));
    } else {
      first_dgrad_.execute(d_out, to);
    }
    if (adds_back_) add_border_back(padding_, to, d_in);
    if (terms != nullptr) apply_gradient_terms(*terms, d_in);
  }

 private:
  void* behind_border(void* workspace) const {
    return static_cast<std::byte*>(workspace) + border_bytes_;
  }

  static void execute(PackedConvolution& convolution, const Tensor& in, const Tensor& out,
                      void* workspace) {
    try {
      convolution.execute(in, out, workspace);
    } catch (const dnnl::error& error) {
      throw InternalError(std::string("oneDNN could not run a convolution: ") + error.message);
    }
  }

  Padding padding_;
  bool copies_in_;            ///< fprop reads a copy of its input with its border
  bool adds_back_;            ///< dgrad is computed with its border
  std::size_t border_bytes_;  ///< of either, where the workspace begins
  PackedConvolution fprop_, dgrad_;
  FirstLayerDgrad first_dgrad_;  // in place of dgrad_ where the input is the pixels
  std::unique_ptr<Pool2x2> pool_ = make_pool2x2();
};

}  // namespace

std::unique_ptr<Conv3x3> make_conv3x3(Device& device, const Conv3x3Problem& problem) {
  return std::make_unique<CpuConv3x3>(device, problem);
}

StorageFacts storage() {
  const auto winograd = [](Shape in, int out_channels, Padding padding) {
    return winograd_pays(in, {out_channels, in.height, in.width}, padding);
  };
  return {sizeof(float),
          3,
          1,
          false,
          [winograd](Shape in, int out_channels, Padding padding) {
            return (winograd(in, out_channels, padding) ? 36.0 : 9.0) * in.channels * out_channels *
                   sizeof(float);
          },
          [winograd](Shape in, int out_channels, Padding padding) {
            const Shape out{out_channels, in.height, in.width};
            std::size_t bytes = border_bytes(in, padding);
            if (winograd(in, out_channels, padding)) {
              bytes += Winograd::workspace_bytes(in.channels, out);
            }
            return static_cast<double>(bytes);
          }};
}

}  // namespace cpu
}  // namespace vggstyle
