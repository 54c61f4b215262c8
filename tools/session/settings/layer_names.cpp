#include "tools/session/settings/layer_names.h"

#include <fmt/format.h>

#include <set>

#include "tools/session/settings/check.h"
#include "tools/session/settings/numbers.h"

namespace vggstyle {

LayerNames parse_layer_names(std::string_view setting, std::string_view text) {
  LayerNames names;
  names.all = text == "all";
  if (names.all) return names;
  for (const std::string& part : split(text, ',')) {
    const std::size_t colon = part.find(':');
    LayerNames::Entry entry{part.substr(0, colon)};
    if (colon != std::string::npos) {
      entry.weight = parse_number(setting, std::string_view(part).substr(colon + 1));
      check_weight(setting, entry.weight);
    }
    names.entries.push_back(std::move(entry));
  }
  return names;
}

std::vector<LossLayer> find_layers(std::string_view setting, const LayerNames& names, Model model) {
  if (names.all) return all_convolutions(model);
  std::vector<LossLayer> layers;
  std::set<int> seen;
  for (const auto& [name, weight] : names.entries) {
    const LossLayer entry{parse_layer(model, name), weight};
    if (!seen.insert(entry.layer).second) {
      throw SettingError(setting,
                         fmt::format(": layer {} is named twice", layer_name(model, entry.layer)));
    }
    layers.push_back(entry);
  }
  return layers;
}

std::vector<LossLayer> all_convolutions(Model model) {
  std::vector<LossLayer> layers;
  const int count = static_cast<int>(conv_layers(model).size());
  for (int i = 0; i < count; ++i) layers.push_back({i});
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

std::vector<std::string> layer_names(Model model, const std::vector<LossLayer>& layers) {
  std::vector<std::string> names;
  for (const LossLayer& entry : layers) names.push_back(layer_name(model, entry.layer));
  return names;
}

}  // namespace vggstyle
