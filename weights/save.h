#pragma once

#include <string>

#include "net/weights.h"

namespace vggstyle {

/// Writes the layers that are present in the layout of the published Keras "notop" file (Keras 1:
/// block1_conv1/block1_conv1_W_1:0, HWIO, float32, uncompressed), which other tools read, with the
/// attributes `layer_names` and `weight_names` as there, and `model`, `preprocessing` and
/// `weights_kind`. load_weights() gives back the same numbers, to the bit.
///
/// The file appears whole or not at all, and is the same for the same weights. InputError if it
/// cannot be written at `path`, InternalError if the disk is full.
void save_keras(const std::string& path, const NetworkWeights& weights);

}  // namespace vggstyle
