// sum (F - F')^2 over a layer: one pass over both, which the bytes bound.

#include "kernels/content_loss.h"

#include "kernels/cuda/layout.h"
#include "kernels/cuda/number.h"
#include "kernels/cuda/ops.h"
#include "kernels/cuda/reduction.h"

namespace vggstyle::cuda {
namespace {

template <typename T>
struct SquaredDifference {
  const T* f;
  const T* target;

  __device__ double operator()(std::size_t i) const {
    const float difference = to_float(f[i]) - to_float(target[i]);
    return static_cast<double>(difference) * static_cast<double>(difference);
  }
};

class CudaContentLoss final : public ContentLoss {
 public:
  explicit CudaContentLoss(const Kernels& kernels)
      : precision_(kernels.precision), reduction_(kernels.device) {}

  void squared_distance(const Tensor& f, const Tensor& target, double* value) override {
    with_precision(precision_, [&]<typename T>(T, auto) {
      reduction_.sum("content_loss", f.shape.elements(),
                     SquaredDifference<T>{elements<const T>(f), elements<const T>(target)}, value);
    });
  }

 private:
  Precision precision_;
  Reduction reduction_;
};

}  // namespace

std::unique_ptr<ContentLoss> make_content_loss(const Kernels& kernels) {
  return std::make_unique<CudaContentLoss>(kernels);
}

}  // namespace vggstyle::cuda
