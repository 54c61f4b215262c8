#include "kernels/cuda/library/dnn.h"

#include <string>

#include "runtime/error.h"

#if VGGSTYLE_WITH_CUDNN
#include <cudnn.h>

#include <array>

namespace vggstyle::cuda {
namespace {

void check(cudnnStatus_t status, const char* what) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  throw InternalError("cuDNN error at " + std::string(what) + ": " + cudnnGetErrorString(status));
}

/// A cuDNN object with its maker and its destroyer.
template <typename T, cudnnStatus_t (*make)(T*), cudnnStatus_t (*destroy)(T)>
class Owned {
 public:
  Owned() { check(make(&object_), "making a descriptor"); }
  ~Owned() { destroy(object_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  operator T() const { return object_; }

 private:
  T object_ = nullptr;
};
using Handle = Owned<cudnnHandle_t, cudnnCreate, cudnnDestroy>;
using TensorDescriptor =
    Owned<cudnnTensorDescriptor_t, cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor>;
using FilterDescriptor =
    Owned<cudnnFilterDescriptor_t, cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor>;
using ConvolutionDescriptor = Owned<cudnnConvolutionDescriptor_t, cudnnCreateConvolutionDescriptor,
                                    cudnnDestroyConvolutionDescriptor>;

/// For NHWC in every precision, and without atomics.
constexpr cudnnConvolutionFwdAlgo_t kAlgorithm = CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;

cudnnDataType_t type_of(Precision precision) {
  switch (precision) {
    case Precision::kFloat16:
      return CUDNN_DATA_HALF;
    case Precision::kBfloat16:
      return CUDNN_DATA_BFLOAT16;
    default:
      return CUDNN_DATA_FLOAT;
  }
}

class CudnnConvolution final : public DnnConvolution {
 public:
  CudnnConvolution(const Handle& handle, Precision precision, Shape in, int out_channels)
      : handle_(handle) {
    const cudnnDataType_t type = type_of(precision);
    check(cudnnSetTensor4dDescriptor(in_, CUDNN_TENSOR_NHWC, type, 1, in.channels, in.height,
                                     in.width),
          "describing the input");
    check(cudnnSetTensor4dDescriptor(out_, CUDNN_TENSOR_NHWC, type, 1, out_channels, in.height,
                                     in.width),
          "describing the output");
    check(cudnnSetFilter4dDescriptor(filters_, type, CUDNN_TENSOR_NHWC, out_channels, in.channels,
                                     3, 3),
          "describing filters");
    check(cudnnSetConvolution2dDescriptor(convolution_, 1, 1, 1, 1, 1, 1, CUDNN_CROSS_CORRELATION,
                                          CUDNN_DATA_FLOAT),
          "describing a convolution");
    check(
        cudnnSetConvolutionMathType(
            convolution_, precision == Precision::kFloat32 ? CUDNN_FMA_MATH : CUDNN_TENSOR_OP_MATH),
        "choosing the arithmetic");
    check(cudnnGetConvolutionForwardWorkspaceSize(handle_, in_, filters_, convolution_, out_,
                                                  kAlgorithm, &workspace_bytes_),
          "asking for the workspace");
  }

  std::size_t workspace_bytes() const override { return workspace_bytes_; }

  void run(const void* in, const void* filters, void* out, void* workspace) override {
    const float one = 1, zero = 0;
    check(cudnnConvolutionForward(handle_, &one, in_, in, filters_, filters, convolution_,
                                  kAlgorithm, workspace, workspace_bytes_, &zero, out_, out),
          "a convolution");
  }

 private:
  const Handle& handle_;
  TensorDescriptor in_, out_;
  FilterDescriptor filters_;
  ConvolutionDescriptor convolution_;
  std::size_t workspace_bytes_ = 0;
};

class Cudnn final : public Dnn {
 public:
  explicit Cudnn(GpuDevice& device) {
    check(cudnnSetStream(handle_, static_cast<cudaStream_t>(device.stream())),
          "setting the stream");
  }

  std::unique_ptr<DnnConvolution> make_convolution(Precision precision, Shape in,
                                                   int out_channels) override {
    return std::make_unique<CudnnConvolution>(handle_, precision, in, out_channels);
  }

 private:
  Handle handle_;
};

}  // namespace

std::unique_ptr<Dnn> make_dnn(GpuDevice& device) {
  return std::make_unique<Cudnn>(device);
}

}  // namespace vggstyle::cuda

#else

namespace vggstyle::cuda {

std::unique_ptr<Dnn> make_dnn(GpuDevice&) {
  throw InputError(
      "this program was built without cuDNN: leave --conv cudnn out, or install cuDNN 9 and build "
      "again");
}

}  // namespace vggstyle::cuda

#endif
