// 3x3 convolution as oneDNN primitives. This is the only file of the project that sees oneDNN.
//
// dgrad is run as a forward convolution with flipped, transposed filters: oneDNN's forward kernels
// are its fastest, and frozen weights are packed once. Tensors keep one blocked layout from layer
// to layer (kernels/cpu/layout.h), so that no iteration reorders anything.

#include <cstring>
#include <dnnl.hpp>
#include <string>
#include <utility>
#include <vector>

#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"
#include "runtime/error.h"

namespace vggstyle::cpu {
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

/// The fixed rule: Winograd F(4x4, 3x3) where both sides have full channel blocks and the picture
/// is large enough to fill its tiles; it needs 2.25 times fewer multiplications. Chosen from bench
/// runs at 64 to 1024 pixels, never from timing at run time.
bool winograd_pays(Shape in, Shape out) {
  return in.channels >= 64 && out.channels >= 64 && in.height >= 8 && in.width >= 8;
}

/// A forward 3x3 convolution with packed weights, with or without bias and ReLU.
class PackedConvolution {
 public:
  PackedConvolution() = default;

  /// `kernel` is OIHW. An empty bias means neither bias nor ReLU.
  PackedConvolution(Shape in, Shape out, std::span<const float> kernel,
                    std::span<const float> bias) {
    if (winograd_pays(in, out)) make(dnnl::algorithm::convolution_winograd, in, out, !bias.empty());
    if (!primitive_) make(dnnl::algorithm::convolution_direct, in, out, !bias.empty());
    if (!primitive_) {
      throw InternalError("oneDNN has no 3x3 convolution for " + std::to_string(in.channels) +
                          " to " + std::to_string(out.channels) + " channels on this processor");
    }
    const memory::desc plain({out.channels, in.channels, 3, 3}, memory::data_type::f32, Tag::oihw);
    memory source(plain, engine(), const_cast<float*>(kernel.data()));
    weights_ = memory(description_.weights_desc(), engine());
    dnnl::reorder(source, weights_).execute(stream_, source, weights_);
    stream_.wait();
    if (!bias.empty()) {
      bias_ = memory(description_.bias_desc(), engine());
      std::memcpy(bias_.get_data_handle(), bias.data(), bias.size() * sizeof(float));
    }
    scratch_desc_ = description_.scratchpad_desc();
    in_desc_ = description_.src_desc();
    out_desc_ = description_.dst_desc();
  }

  std::size_t workspace_bytes() const { return scratch_desc_.get_size(); }
  std::size_t weight_bytes() const { return weights_ ? weights_.get_desc().get_size() : 0; }
  const char* algorithm() const { return algorithm_; }

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
  void make(dnnl::algorithm algorithm, Shape in, Shape out, bool with_bias_and_relu) {
    const auto f32 = memory::data_type::f32;
    const memory::desc weights({out.channels, in.channels, 3, 3}, f32, Tag::any);
    const memory::desc bias =
        with_bias_and_relu ? memory::desc({out.channels}, f32, Tag::x) : memory::desc();
    const dnnl::convolution_forward::desc problem(dnnl::prop_kind::forward_inference, algorithm,
                                                  tensor_desc(in), weights, bias, tensor_desc(out),
                                                  {1, 1}, {1, 1}, {1, 1});
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (with_bias_and_relu) {
      dnnl::post_ops relu;
      relu.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
      attributes.set_post_ops(relu);
    }
    description_ = dnnl::convolution_forward::primitive_desc(problem, attributes, engine(),
                                                             /*allow_empty=*/true);
    if (!description_) return;
    primitive_ = dnnl::convolution_forward(description_);
    algorithm_ = algorithm == dnnl::algorithm::convolution_winograd ? "winograd" : "direct";
  }

  dnnl::stream stream_{engine()};
  dnnl::convolution_forward::primitive_desc description_;
  dnnl::convolution_forward primitive_;
  memory weights_, bias_;
  memory::desc in_desc_, out_desc_, scratch_desc_;
  const char* algorithm_ = "none";
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

class CpuConv3x3 final : public Conv3x3 {
 public:
  explicit CpuConv3x3(const Conv3x3Problem& problem) {
    const Shape out{problem.out_channels, problem.in.height, problem.in.width};
    try {
      fprop_ = PackedConvolution(problem.in, out, problem.kernel, problem.bias);
      if (problem.with_dgrad) {
        dgrad_ = PackedConvolution(
            out, problem.in,
            flipped_transposed(problem.kernel, problem.out_channels, problem.in.channels), {});
      }
    } catch (const dnnl::error& error) {
      throw InternalError(std::string("oneDNN could not prepare a convolution: ") + error.message);
    }
  }

  std::size_t workspace_bytes() const override {
    return std::max(fprop_.workspace_bytes(), dgrad_.workspace_bytes());
  }
  std::size_t weight_bytes() const override {
    return fprop_.weight_bytes() + dgrad_.weight_bytes();
  }
  const char* fprop_algorithm() const override { return fprop_.algorithm(); }
  const char* dgrad_algorithm() const override { return dgrad_.algorithm(); }

  void fprop(const Tensor& in, const Tensor& out, const FpropEpilogue& epilogue,
             void* workspace) override {
    execute(fprop_, in, out, workspace);
    if (epilogue.pooled) pool_->fprop(epilogue.pool, out, epilogue.pooled, epilogue.winners);
  }

  void dgrad(const Tensor& d_out, const GradientTerms* terms, const Tensor& d_in,
             void* workspace) override {
    execute(dgrad_, d_out, d_in, workspace);
    if (terms != nullptr) apply_gradient_terms(*terms, d_in);
  }

 private:
  static void execute(PackedConvolution& convolution, const Tensor& in, const Tensor& out,
                      void* workspace) {
    try {
      convolution.execute(in, out, workspace);
    } catch (const dnnl::error& error) {
      throw InternalError(std::string("oneDNN could not run a convolution: ") + error.message);
    }
  }

  PackedConvolution fprop_, dgrad_;
  std::unique_ptr<Pool2x2> pool_ = make_pool2x2();
};

}  // namespace

std::unique_ptr<Conv3x3> make_conv3x3(Device&, const Conv3x3Problem& problem) {
  return std::make_unique<CpuConv3x3>(problem);
}

}  // namespace vggstyle::cpu
