#pragma once

#include <string>

#include "weights/reader/read.h"

namespace vggstyle {

/// A VGG of PyTorch in a safetensors file: features.N.weight (OIHW) and features.N.bias, where torchvision
/// numbers convolutions, ReLUs and pools alike; with a prefix or without. Preprocessing is torch unless
/// `options` say otherwise. InputError as load_weights(), and for VGG with batch normalisation.
ReadWeights read_torch_weights(const std::string& path, const LoadOptions& options);

}  // namespace vggstyle
