// The CUDA backend: the operations of this folder behind kernels/backend.h.

#include "kernels/cuda/backend.h"

#include <string>
#include <vector>

#include "kernels/cuda/device/layout.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/ops.h"
#include "kernels/cuda/storage.h"
#include "kernels/cuda/style/style_layer.h"
#include "runtime/error.h"

namespace vggstyle {
namespace cuda {
namespace {

class CudaBackend final : public Backend {
 public:
  CudaBackend(GpuDevice& device, const CudaBackendOptions& options)
      : blas_(options.cublas ? make_blas(device) : nullptr),
        dnn_(options.cudnn ? make_dnn(device) : nullptr),
        kernels_{device, options.precision, options.plain_kernels, blas_.get(), dnn_.get()},
        scratch_(device) {}

  Device& device() override { return kernels_.device; }
  Precision precision() const override { return kernels_.precision; }

  StorageFacts storage() const override { return gpu_storage(kernels_.precision); }
  std::size_t tensor_bytes(Shape shape) const override {
    return cuda::tensor_bytes(kernels_.precision, shape);
  }

  void write(const float* chw, const Tensor& tensor) override {
    with_storage(kernels_.precision, tensor.shape.channels, [&]<typename T>(T) {
      std::vector<T> nhwc(stored_elements(tensor.shape), from_float<T>(0.0F));
      each_element(tensor.shape, [&](std::size_t plain, std::size_t at) {
        nhwc[at] = from_float<T>(chw[plain]);
      });
      kernels_.device.upload(tensor.data, nhwc.data(), nhwc.size() * sizeof(T));
    });
  }

  void read(const Tensor& tensor, float* chw) override {
    with_storage(kernels_.precision, tensor.shape.channels, [&]<typename T>(T) {
      std::vector<T> nhwc(stored_elements(tensor.shape));
      kernels_.device.download(nhwc.data(), tensor.data, nhwc.size() * sizeof(T));
      each_element(tensor.shape,
                   [&](std::size_t plain, std::size_t at) { chw[plain] = to_float(nhwc[at]); });
    });
  }

  void copy(const Tensor& from, const Tensor& to) override {
    // Not what tensor_bytes() rounds up to, which nobody has written.
    kernels_.device.copy(
        to.data, from.data,
        stored_elements(from.shape) * element_bytes(kernels_.precision, from.shape.channels));
  }

  std::unique_ptr<Conv3x3> make_conv3x3(const Conv3x3Problem& problem) override {
    return cuda::make_conv3x3(kernels_, problem);
  }
  std::unique_ptr<StyleLayer> make_style_layer(Shape f, bool weighted) override {
    return cuda::make_style_layer(kernels_, f, weighted, scratch_);
  }
  void loss_terms(std::span<const StyleLoss> losses) override {
    std::vector<TermsTask> tasks;
    for (const StyleLoss& loss : losses) {
      tasks.push_back(static_cast<GpuStyleLayer&>(*loss.layer).terms(loss.a, loss.b, loss.value));
    }
    style_terms(kernels_, tasks);
  }

  Pool2x2& pool2x2() override { return *pool2x2_; }
  ContentLoss& content_loss() override { return *content_loss_; }
  PixelOps& pixel_ops() override { return *pixel_ops_; }
  VectorOps& vector_ops() override { return *vector_ops_; }

  void start_gradient(const GradientTerms& terms, const Tensor& d) override {
    gradient_terms(kernels_, terms, false, d);
  }
  void add_weighted(const Tensor& x, const PositionWeights& weights, const Tensor& d) override {
    cuda::add_weighted(kernels_, x, weights, d);
  }

 private:
  /// Calls visit(index in C x H x W order, index in memory) for each element.
  template <typename Visit>
  static void each_element(Shape shape, Visit visit) {
    const auto channels = static_cast<std::size_t>(shape.channels);
    const auto stride = static_cast<std::size_t>(position_stride(shape.channels));
    const std::size_t positions = shape.positions();
    for (std::size_t m = 0; m < positions; ++m) {
      for (std::size_t c = 0; c < channels; ++c) visit(c * positions + m, m * stride + c);
    }
  }

  std::unique_ptr<Blas> blas_;
  std::unique_ptr<Dnn> dnn_;
  Kernels kernels_;
  GramScratch scratch_;
  std::unique_ptr<Pool2x2> pool2x2_ = make_pool2x2(kernels_);
  std::unique_ptr<ContentLoss> content_loss_ = make_content_loss(kernels_);
  std::unique_ptr<PixelOps> pixel_ops_ = make_pixel_ops(kernels_);
  std::unique_ptr<VectorOps> vector_ops_ = make_vector_ops(kernels_);
};

}  // namespace
}  // namespace cuda

std::unique_ptr<Backend> make_cuda_backend(GpuDevice& device, const CudaBackendOptions& options) {
  const int capability = device.limits().capability;
  if (capability < 80 && options.precision != Precision::kFloat32) {
    throw InputError("precision " + std::string(precision_name(options.precision)) +
                     " needs a GPU of compute capability 8.0 or higher, and " + device.name() +
                     " has " + std::to_string(capability / 10) + "." +
                     std::to_string(capability % 10) + ": use fp32");
  }
  if (options.cudnn && options.precision == Precision::k3xTf32) {
    throw InputError("cuDNN has no 3xtf32: use another precision, or our own convolutions");
  }
  if (options.cublas && cuda::element_bytes(options.precision, 64) != 2) {
    throw InputError("precision " + std::string(precision_name(options.precision)) +
                     " needs our own Gram products, which keep centred matrices accurate: use fp16 "
                     "or bf16, or leave --gram-product cublas out");
  }
  return std::make_unique<cuda::CudaBackend>(device, options);
}

}  // namespace vggstyle
