#include "net/balance.h"

#include <algorithm>
#include <cmath>

#include "runtime/error.h"

namespace vggstyle {
namespace {

constexpr int kActivationTarget = 7;  // max |F| in 2^7..2^8
constexpr int kGradientTarget = 8;
/// A gradient of 1e-30 would ask for a factor that float32 has not; it is noise.
constexpr int kLargestGradientExponent = 60;

std::vector<double> elementwise_max(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> result(std::min(a.size(), b.size()));
  for (std::size_t i = 0; i < result.size(); ++i) {
    // Written so that a NaN of either side stays.
    result[i] = std::isnan(a[i]) || a[i] > b[i] ? a[i] : b[i];
  }
  return result;
}

/// In double, where a factor that float32 has not is still exact.
template <typename Number>
void scale(std::vector<Number>& values, int exponent) {
  const double factor = std::ldexp(1.0, exponent);
  for (Number& value : values) {
    value = static_cast<Number>(static_cast<double>(value) * factor);
  }
}

}  // namespace

Magnitudes largest(const Magnitudes& a, const Magnitudes& b) {
  return {elementwise_max(a.activations, b.activations), elementwise_max(a.gradients, b.gradients)};
}

Balance choose_balance(Model model, const Magnitudes& magnitudes) {
  Balance balance;
  int below = 0;
  for (std::size_t l = 0; l < magnitudes.activations.size(); ++l) {
    const double most = magnitudes.activations[l];
    if (!std::isfinite(most)) {
      throw InputError("the activations of " + layer_name(model, static_cast<int>(l)) +
                       " are not finite even in float32: these weights are too large, use others");
    }
    if (most > 0) below = std::ilogb(most) - kActivationTarget;
    balance.exponents.push_back(below);
  }
  double most = 0;
  for (std::size_t l = 0; l < magnitudes.gradients.size(); ++l) {
    const double stored =
        std::ldexp(magnitudes.gradients[l], balance.exponent(static_cast<int>(l)));
    if (std::isfinite(stored)) most = std::max(most, stored);
  }
  if (most > 0) {
    balance.gradient_exponent = std::clamp(kGradientTarget - std::ilogb(most),
                                           -kLargestGradientExponent, kLargestGradientExponent);
  }
  return balance;
}

ConvWeights balanced_weights(const ConvWeights& weights, int below, int own) {
  ConvWeights result = weights;
  scale(result.kernel, below - own);
  scale(result.bias, -own);
  return result;
}

StyleStatistics balanced_statistics(StyleStatistics statistics, int exponent) {
  scale(statistics.gram, -2 * exponent);
  scale(statistics.mean, -exponent);
  return statistics;
}

StyleCoefficients balanced_coefficients(const StyleCoefficients& coefficients, int exponent) {
  return {std::ldexp(coefficients.raw, 4 * exponent),
          std::ldexp(coefficients.centered, 4 * exponent)};
}

}  // namespace vggstyle
