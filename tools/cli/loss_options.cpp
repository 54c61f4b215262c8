#include "tools/cli/loss_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runtime/error.h"
#include "tools/cli/numbers.h"

namespace vggstyle {
namespace {

double weight(std::string_view option, const std::optional<double>& given, double standard) {
  if (given) check_weight(option, *given);
  return given.value_or(standard);
}

void check_content_layers(const std::vector<LossLayer>& layers) {
  for (const LossLayer& entry : layers) {
    if (entry.layer == kPixelLayer) {
      throw InputError("--content-layers: 'pixels' is a style layer only; use a convolution");
    }
  }
}

}  // namespace

std::vector<LossLayer> parse_layers(Model model, std::string_view option, std::string_view text) {
  std::vector<LossLayer> layers;
  if (text == "all") {
    const int count = static_cast<int>(conv_layers(model).size());
    for (int i = 0; i < count; ++i) layers.push_back({i});
    return layers;
  }
  std::set<int> seen;
  for (const std::string& part : split(text, ',')) {
    const std::size_t colon = part.find(':');
    LossLayer entry{parse_layer(model, part.substr(0, colon))};
    if (colon != std::string::npos) {
      entry.weight = parse_number(option, std::string_view(part).substr(colon + 1));
      check_weight(option, entry.weight);
    }
    if (!seen.insert(entry.layer).second) {
      throw InputError(
          fmt::format("{}: layer {} is named twice", option, layer_name(model, entry.layer)));
    }
    layers.push_back(entry);
  }
  return layers;
}

std::string layers_text(Model model, const std::vector<LossLayer>& layers) {
  std::string text;
  for (const LossLayer& entry : layers) {
    if (!text.empty()) text += ',';
    text += layer_name(model, entry.layer);
    if (entry.weight != 1) text += fmt::format(":{}", entry.weight);
  }
  return text;
}

LossSpec make_loss_spec(const LossOptions& options, Task task, Model model) {
  LossSpec spec;
  spec.normalization = parse_normalization(options.normalization);
  spec.pooling = parse_pooling(options.pooling);
  const LossDefaults defaults = loss_defaults(spec.normalization, task);
  spec.gram = options.gram ? parse_gram_mode(*options.gram) : defaults.gram;
  spec.style_weight = weight("--style-weight", options.style_weight, defaults.style_weight);
  spec.content_weight = weight("--content-weight", options.content_weight, defaults.content_weight);
  spec.tv_weight = weight("--tv-weight", options.tv_weight, defaults.tv_weight);
  const auto layers = [&](const char* option, const std::optional<std::string>& given,
                          std::string_view standard) {
    return parse_layers(model, option, given ? std::string_view(*given) : standard);
  };
  if (spec.style_weight > 0) {
    spec.style_layers = layers("--style-layers", options.style_layers, defaults.style_layers);
  }
  if (spec.content_weight > 0) {
    spec.content_layers =
        layers("--content-layers", options.content_layers, defaults.content_layers);
    check_content_layers(spec.content_layers);
  }
  return spec;
}

}  // namespace vggstyle
