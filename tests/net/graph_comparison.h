#pragma once

#include <vector>

#include "net/graph/graph.h"
#include "tests/support/kernel_testing.h"

/// The graph on a backend against the float64 reference.
namespace vggstyle::testing {

/// Random filters, the same every time.
const NetworkWeights& weights_of(Model model);
/// A smooth picture with some noise: activations like those of real ones.
std::vector<float> picture(int height, int width, unsigned seed);
/// Every convolution, with different weights.
std::vector<LossLayer> all_layers(Model model);
/// Style, content and total variation, on the pixels and on layers up to conv2_2.
LossSpec kinds_up_to_conv2_2();
/// Fewer, up to conv2_1, for a simulated GPU.
LossSpec kinds_up_to_conv2_1();
/// `count` regions that overlap: one with a soft edge, one with a hard one, and so on.
std::vector<StyleRegion> regions_of(int count, int height, int width);

/// How much pixels count for the content: twice as much, half as much, and at the right not at all.
std::vector<float> content_weights_of(int height, int width);

/// Runs the graph and the reference on the same pictures and compares statistics, activations,
/// terms and the gradient. Bounds are those of the design: activations and Grams 1e-5, the pixels'
/// gradient 1e-4, relative norm; or what the precision allows (BackendVariant). With spec.regions the
/// picture and the style have regions_of() so many, with spec.content_weights content_weights_of().
void compare_with_reference(TestBackend& backend, Model model, const LossSpec& spec, int height,
                            int width);

}  // namespace vggstyle::testing
