#pragma once

#include <vector>

#include "net/loss_coefficients.h"
#include "net/loss_spec.h"
#include "net/weights.h"

namespace vggstyle {

/// How large the numbers of a network become on some picture, layer by layer from the pixels
/// upwards, in the network's own units. Infinite or NaN where something overflowed.
struct Magnitudes {
  std::vector<double> activations;  ///< max |F|, after ReLU
  std::vector<double> gradients;    ///< max |d total / d F|, masked by the ReLU; empty: not known
};

/// The larger of each, for a run that must suit several pictures. The shorter list decides.
Magnitudes largest(const Magnitudes& a, const Magnitudes& b);

/// ReLU, pooling and convolution are positively homogeneous, so each layer can be stored in a unit
/// of its own, without an error if that is a power of two:
///
///   stored activations of layer l   2^-e_l F_l
///   stored gradients of layer l     2^(e_l + g) dZ_l
///   kernel of layer l               2^(e_{l-1} - e_l) kernel, bias 2^-e_l bias, with e_{-1} = 0
///
/// That keeps half precision, which ends at 65504, in range for any weights. Values, gradients of
/// pixels and whatever is reported stay in the network's own units: in float32 the bytes of a
/// result do not change.
struct Balance {
  std::vector<int> exponents;  ///< e_l; empty: no layer is scaled
  int gradient_exponent = 0;   ///< g

  int exponent(int layer) const {
    return exponents.empty() || layer < 0 ? 0 : exponents[static_cast<std::size_t>(layer)];
  }
};

/// Brings the largest activation of each layer to 2^7..2^8 and the largest gradient of all to
/// 2^8..2^9: a run may grow them by 2^7 before float16 overflows, and numbers 2^21 times smaller
/// are still stored with all their bits. A layer of zeros takes the exponent of the layer below.
/// InputError, naming the layer of `model`, if an activation is infinite or NaN.
Balance choose_balance(Model model, const Magnitudes& magnitudes);

/// The weights of a layer whose input is stored with `below` and whose output with `own`.
ConvWeights balanced_weights(const ConvWeights& weights, int below, int own);

/// The statistics of 2^-exponent F, where `statistics` are those of F.
StyleStatistics balanced_statistics(StyleStatistics statistics, int exponent);
/// The coefficients that give, from the statistics of 2^-exponent F, the value of those of F.
StyleCoefficients balanced_coefficients(const StyleCoefficients& coefficients, int exponent);

}  // namespace vggstyle
