#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/session/settings/settings.h"

namespace vggstyle {

/// "conv1_1,conv2_1:0.5" or "all": the text of layers with weights. SettingError for a weight that
/// is negative or not a number.
LayerNames parse_layer_names(std::string_view setting, std::string_view text);

/// The layers of `model`. InputError for a name that it has not, SettingError for one named twice.
std::vector<LossLayer> find_layers(std::string_view setting, const LayerNames& names, Model model);
/// Every convolution.
std::vector<LossLayer> all_convolutions(Model model);

/// The list as parse_layer_names() reads it.
std::string layers_text(Model model, const std::vector<LossLayer>& layers);

/// Names only.
std::vector<std::string> layer_names(Model model, const std::vector<LossLayer>& layers);

}  // namespace vggstyle
