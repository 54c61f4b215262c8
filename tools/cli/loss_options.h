#pragma once

#include <string_view>
#include <vector>

#include "net/loss_spec.h"
#include "tools/cli/options.h"
#include "tools/session/defaults.h"

namespace vggstyle {

/// What the command line asks to minimise, with the defaults of tools/session/defaults.h filled in.
/// InputError for an unknown name or layer, or a weight that is negative or not a number.
LossSpec make_loss_spec(const LossOptions& options, Task task, Model model);

/// "conv1_1,conv2_1:0.5" or "all" (every convolution of `model`). `option` is named in errors.
std::vector<LossLayer> parse_layers(Model model, std::string_view option, std::string_view text);

/// The list as it could be typed: "conv1_1,conv2_1:0.5".
std::string layers_text(Model model, const std::vector<LossLayer>& layers);

}  // namespace vggstyle
