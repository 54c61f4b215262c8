#pragma once

#include <cstdint>

#include "net/weights.h"

namespace vggstyle {

/// Weights that no data made, for tests and for the study of what needs no training. Random filters
/// carry style too: He, Wang, Hopcroft, "A powerful generative model using random weights for the
/// deep image representation" (2016); Ustyuzhaninov et al., "Texture synthesis using shallow
/// convolutional networks with random filters" (2016).
///
/// - conv1_1 is designed, the same for every seed: 3x3 edges in 8 directions, bars, spots and
///   blobs along a light-dark, a red-green and a blue-yellow axis, for `caffe` preprocessing.
/// - Every other filter is random (close to normal) under the binomial window (1 2 1)x(1 2 1), and
///   has norm sqrt(2), so that ReLU layers keep the second moment (He et al. 2015).
/// - Every bias is 0. On pictures, activations are of order 1 to 100 in every layer.
///
/// Deterministic to the bit on every machine: sums are integer sums, and what follows is correctly
/// rounded IEEE arithmetic without any library function but sqrt.
NetworkWeights synthetic_weights(Model model, std::uint64_t seed);

}  // namespace vggstyle
