#pragma once

#include <optional>
#include <vector>

#include "net/graph.h"
#include "tools/pictures/picture.h"
#include "tools/session/engine.h"

namespace vggstyle {

/// The units in which a run stores its layers (net/balance.h): measured at `start` where the
/// engine computes in float16, which ends at 65504; none for the other precisions, which have
/// float32's range.
Balance choose_units(Engine& engine, const LossSpec& spec, const Picture& start,
                     const std::optional<Picture>& content, const std::vector<Picture>& styles,
                     const std::vector<double>& blend_weights);

/// InputError that names the layer where an evaluation at `pixels` (device) went wrong, if `value`,
/// which came of it, is not finite. `gradient` (device) is overwritten.
void check_finite(Graph& graph, double value, const float* pixels, float* gradient);

}  // namespace vggstyle
