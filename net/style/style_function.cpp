#include "net/style/style_function.h"

#include <algorithm>
#include <cmath>

#include "net/style/wasserstein.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

/// Means and deviations of the channels (Li, Wang, Liu, Hou 2017, "Demystifying neural style transfer",
/// section 4.2; Huang and Belongie 2017, eq. 13).
class Moments final : public StyleFunction {
 public:
  explicit Moments(const StyleStatistics& target)
      : least_(least_variance(target)), mean_(target.mean), deviation_(deviations(target)) {}

  StyleSlope evaluate(const StyleStatistics& statistics) const override {
    const std::size_t n = mean_.size();
    const std::vector<double> deviation = deviations(statistics);
    StyleSlope slope{0, std::vector<double>(n * n), std::vector<double>(n)};
    for (std::size_t c = 0; c < n; ++c) {
      const double of_mean = statistics.mean[c] - mean_[c];
      const double of_deviation = deviation[c] - deviation_[c];
      slope.value += of_mean * of_mean + of_deviation * of_deviation;
      slope.by_mean[c] = 2 * of_mean;
      slope.by_covariance[c * n + c] = of_deviation / deviation[c];
    }
    return slope;
  }

 private:
  std::vector<double> deviations(const StyleStatistics& s) const {
    std::vector<double> result;
    for (std::size_t c = 0; c < s.mean.size(); ++c) {
      const double variance = s.gram[c * s.mean.size() + c] - s.mean[c] * s.mean[c];
      result.push_back(std::sqrt(std::max(variance, 0.0) + least_));
    }
    return result;
  }

  double least_;
  std::vector<double> mean_, deviation_;
};

}  // namespace

double least_variance(const StyleStatistics& target) {
  double square = 0, variance = 0;
  const std::size_t n = target.mean.size();
  for (std::size_t c = 0; c < n; ++c) {
    square += target.gram[c * n + c];
    variance += target.gram[c * n + c] - target.mean[c] * target.mean[c];
  }
  return std::max(1e-4 * std::max(variance, 1e-3 * square) / static_cast<double>(n), 1e-20);
}

std::size_t style_function_bytes(StyleForm form, std::size_t channels) {
  const std::size_t matrices = form == StyleForm::kWasserstein ? 2 : 0;
  const std::size_t vectors = form == StyleForm::kMoments ? 2 : 0;
  return (matrices * channels + vectors) * channels * sizeof(double);
}

std::unique_ptr<StyleFunction> make_style_function(StyleForm form, const StyleStatistics& target) {
  switch (form) {
    case StyleForm::kMoments:
      return std::make_unique<Moments>(target);
    case StyleForm::kWasserstein:
      return std::make_unique<Wasserstein>(target);
    case StyleForm::kGram:
      break;
  }
  throw InternalError("a style loss without a function of its own");
}

}  // namespace vggstyle
