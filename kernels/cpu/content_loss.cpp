#include "kernels/content_loss.h"

#include <numeric>
#include <vector>

#include "kernels/cpu/chunked_sum.h"
#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"

namespace vggstyle::cpu {
namespace {

class CpuContentLoss final : public ContentLoss {
 public:
  void squared_distance(const Tensor& f, const Tensor& target, const PositionWeights& weights,
                        double* value) override {
    const auto square = [&](std::size_t i) {
      const double difference =
          static_cast<double>(elements(f)[i]) - static_cast<double>(elements(target)[i]);
      return difference * difference;
    };
    const std::size_t positions = f.shape.positions();
    const std::size_t width = is_blocked(f.shape) ? kBlock : 1;
    *value = chunked_sum(f.shape.elements(), [&](std::size_t begin, std::size_t end) {
      double sum = 0;
      if (weights) {
        for (std::size_t i = begin; i < end; ++i) {
          sum += static_cast<double>(weights.values[i / width % positions]) * square(i);
        }
      } else {
        for (std::size_t i = begin; i < end; ++i) sum += square(i);
      }
      return sum;
    });
  }

  void variation(const Tensor& f, const PositionWeights& weights, double* value) override {
    std::vector<double> channels(static_cast<std::size_t>(f.shape.channels));
#pragma omp parallel for schedule(static)
    for (std::size_t c = 0; c < channels.size(); ++c) {
      channels[c] = channel_variation(f, weights, c);
    }
    *value = std::accumulate(channels.begin(), channels.end(), 0.0);
  }

 private:
  static double channel_variation(const Tensor& f, const PositionWeights& weights,
                                  std::size_t channel) {
    const std::size_t positions = f.shape.positions();
    const bool blocked = is_blocked(f.shape);
    const float* first =
        elements(f) + (blocked ? block_offset(f.shape, channel / kBlock, 0) + channel % kBlock
                               : channel * positions);
    const std::size_t stride = blocked ? kBlock : 1;
    const auto weight = [&](std::size_t m) {
      return weights ? static_cast<double>(weights.values[m]) : 1.0;
    };
    double sum = 0, squares = 0;
    for (std::size_t m = 0; m < positions; ++m) {
      sum += weight(m) * static_cast<double>(first[m * stride]);
    }
    const double mean = sum / (weights ? weights.sum : static_cast<double>(positions));
    for (std::size_t m = 0; m < positions; ++m) {
      const double difference = static_cast<double>(first[m * stride]) - mean;
      squares += weight(m) * (difference * difference);
    }
    return squares;
  }
};

}  // namespace

std::unique_ptr<ContentLoss> make_content_loss() {
  return std::make_unique<CpuContentLoss>();
}

}  // namespace vggstyle::cpu
