#include "net/style/gram_function.h"

namespace vggstyle {
namespace {

class GramFunction final : public StyleFunction {
 public:
  GramFunction(const StyleCoefficients& coefficients, const StyleStatistics& target)
      : coefficients_(coefficients), target_(target) {}

  StyleSlope evaluate(const StyleStatistics& at) const override {
    const std::size_t n = at.mean.size();
    const auto [a, b] = coefficients_;
    StyleSlope slope{0, std::vector<double>(n * n), std::vector<double>(n)};
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const std::size_t ij = i * n + j;
        const double raw = at.gram[ij] - target_.gram[ij];
        const double centered = raw - (at.mean[i] * at.mean[j] - target_.mean[i] * target_.mean[j]);
        slope.value += a * raw * raw + b * centered * centered;
        slope.by_covariance[ij] = 2 * (a * raw + b * centered);
        slope.by_mean[i] += 4 * a * raw * at.mean[j];
      }
    }
    return slope;
  }

 private:
  StyleCoefficients coefficients_;
  StyleStatistics target_;
};

}  // namespace

std::unique_ptr<StyleFunction> make_gram_function(const StyleCoefficients& coefficients,
                                                  const StyleStatistics& target) {
  return std::make_unique<GramFunction>(coefficients, target);
}

}  // namespace vggstyle
