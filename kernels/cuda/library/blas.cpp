#include "kernels/cuda/library/blas.h"

#include <string>

#include "runtime/error.h"

#if VGGSTYLE_WITH_CUBLAS
#include <cublas_v2.h>

#include <cstdint>

namespace vggstyle::cuda {
namespace {

/// What NVIDIA advises for Hopper; older cards ask for less.
constexpr std::size_t kWorkspaceBytes = std::size_t{32} << 20;

void check(cublasStatus_t status, const char* what) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw InternalError("cuBLAS error at " + std::string(what) + ": " +
                      cublasGetStatusString(status));
}

class Handle {
 public:
  Handle() { check(cublasCreate(&handle_), "making a handle"); }
  ~Handle() { cublasDestroy(handle_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  cublasHandle_t get() const { return handle_; }

 private:
  cublasHandle_t handle_ = nullptr;
};

cudaDataType_t type_of(Storage storage) {
  switch (storage) {
    case Storage::kFloat16:
      return CUDA_R_16F;
    case Storage::kBfloat16:
      return CUDA_R_16BF;
    default:
      return CUDA_R_32F;
  }
}

class CudaBlas final : public Blas {
 public:
  explicit CudaBlas(GpuDevice& device) : device_(device), workspace_(device, kWorkspaceBytes) {
    check(cublasSetAtomicsMode(handle_.get(), CUBLAS_ATOMICS_NOT_ALLOWED), "forbidding atomics");
    // Parts of a 16-bit product are float32, too, when they are added up.
    check(cublasSetMathMode(handle_.get(), CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION),
          "setting the math mode");
  }

  void gram(Storage storage, bool tf32, const void* f, std::size_t positions, std::size_t runs,
            int channels, float* out) override {
    check(cublasSetStream(handle_.get(), static_cast<cudaStream_t>(device_.stream())),
          "setting the stream");
    // After the stream, which takes an earlier workspace away. With one that never changes, the
    // algorithm depends on shapes alone, and a graph can record it.
    check(cublasSetWorkspace(handle_.get(), workspace_.data(), workspace_.bytes()),
          "setting the workspace");
    const float one = 1, zero = 0;
    const cudaDataType_t type = type_of(storage);
    const cublasComputeType_t compute =
        storage == Storage::kFloat32 && tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
    // cuBLAS counts column by column: to it, `f` is C x M, and the product F F^T.
    const auto m = static_cast<std::int64_t>(positions);
    const std::int64_t c = channels;
    check(cublasGemmStridedBatchedEx_64(handle_.get(), CUBLAS_OP_N, CUBLAS_OP_T, c, c, m, &one, f,
                                        type, c, m * c, f, type, c, m * c, &zero, out, CUDA_R_32F,
                                        c, c * c, static_cast<std::int64_t>(runs), compute,
                                        CUBLAS_GEMM_DEFAULT),
          "a Gram product");
  }

 private:
  GpuDevice& device_;
  Buffer workspace_;  // outlives the handle
  Handle handle_;
};

}  // namespace

std::unique_ptr<Blas> make_blas(GpuDevice& device) {
  return std::make_unique<CudaBlas>(device);
}

}  // namespace vggstyle::cuda

#else

namespace vggstyle::cuda {

std::unique_ptr<Blas> make_blas(GpuDevice&) {
  throw InputError(
      "this program was built without cuBLAS: leave --gram-product cublas out, or install cuBLAS "
      "and "
      "build again");
}

}  // namespace vggstyle::cuda

#endif
