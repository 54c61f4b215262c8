#include "kernels/content_loss.h"

#include "kernels/cpu/chunked_sum.h"
#include "kernels/cpu/ops.h"

namespace vggstyle::cpu {
namespace {

class CpuContentLoss final : public ContentLoss {
 public:
  void squared_distance(const Tensor& f, const Tensor& target, double* value) override {
    *value = chunked_sum(f.shape.elements(), [&](std::size_t begin, std::size_t end) {
      double sum = 0;
      for (std::size_t i = begin; i < end; ++i) {
        const double difference =
            static_cast<double>(f.data[i]) - static_cast<double>(target.data[i]);
        sum += difference * difference;
      }
      return sum;
    });
  }
};

}  // namespace

std::unique_ptr<ContentLoss> make_content_loss() {
  return std::make_unique<CpuContentLoss>();
}

}  // namespace vggstyle::cpu
