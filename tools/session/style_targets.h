#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/graph.h"
#include "tools/pictures/picture.h"
#include "tools/session/engine.h"

namespace vggstyle {

/// --style-blend: one weight a style, all 1 if `text` is empty. InputError if it does not fit.
std::vector<double> blend_weights(const std::string& text, std::size_t styles);

/// The statistics of `picture`, at its own size, on each style layer of `spec`.
std::vector<StyleStatistics> statistics_of(const Picture& picture, const LossSpec& spec,
                                           const Balance& balance, Engine& engine);

/// Gives `graph` its targets: the blend of the styles' statistics, each taken at the style's own
/// size, and the activations of the content, which has the graph's size.
void set_targets(Graph& graph, Engine& engine, const std::optional<Picture>& content,
                 const std::vector<Picture>& styles, const std::vector<double>& blend_weights);

}  // namespace vggstyle
