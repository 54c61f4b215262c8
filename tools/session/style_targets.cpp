#include "tools/session/style_targets.h"

#include <fmt/format.h>

#include <numeric>

#include "runtime/error.h"
#include "tools/cli/numbers.h"

namespace vggstyle {
std::vector<double> blend_weights(const std::string& text, std::size_t styles) {
  if (text.empty()) return std::vector<double>(styles, 1.0);
  std::vector<double> weights = parse_numbers("--style-blend", text);
  for (const double weight : weights) check_weight("--style-blend", weight);
  if (weights.size() != styles) {
    throw InputError(
        fmt::format("--style-blend: the number of weights, {}, is not that of the styles, {}; give "
                    "one for each",
                    weights.size(), styles));
  }
  if (!(std::accumulate(weights.begin(), weights.end(), 0.0) > 0)) {
    throw InputError("--style-blend: one weight at least must be above 0");
  }
  return weights;
}

std::vector<StyleStatistics> statistics_of(const Picture& picture, const LossSpec& spec,
                                           const Balance& balance, Engine& engine) {
  LossSpec styles_only = spec;
  styles_only.content_weight = 0;
  styles_only.tv_weight = 0;
  Graph graph(*engine.backend, engine.weights, picture.height, picture.width, styles_only,
              {.with_gradient = false, .balance = balance});
  return graph.style_statistics(picture.rgb.data());
}

void set_targets(Graph& graph, Engine& engine, const std::optional<Picture>& content,
                 const std::vector<Picture>& styles, const std::vector<double>& blend_weights) {
  if (!graph.spec().style_layers.empty()) {
    std::vector<std::vector<StyleStatistics>> by_layer(graph.spec().style_layers.size());
    for (const Picture& style : styles) {
      std::vector<StyleStatistics> statistics =
          statistics_of(style, graph.spec(), graph.balance(), engine);
      for (std::size_t i = 0; i < by_layer.size(); ++i) {
        by_layer[i].push_back(std::move(statistics[i]));
      }
    }
    std::vector<StyleStatistics> targets;
    for (const auto& layer : by_layer) targets.push_back(blend(layer, blend_weights));
    graph.set_style_targets(targets);
  }
  if (content && !graph.spec().content_layers.empty()) {
    graph.set_content_target(content->rgb.data());
  }
}

}  // namespace vggstyle
