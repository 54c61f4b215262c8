#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/weights.h"
#include "tests/support/files.h"
#include "weights/hdf5/hdf5_file.h"

namespace vggstyle::test {

/// Numbers that tell every element apart: HWIO kernel and bias of one layer.
struct LayerNumbers {
  std::vector<float> kernel;
  std::vector<float> bias;
};
LayerNumbers layer_numbers(const ConvLayer& layer);

/// "block1_conv1".
std::string keras_name(const ConvLayer& layer);
std::vector<std::size_t> kernel_shape(const ConvLayer& layer);

/// Are the weights of layer `index` those of layer_numbers(), as OIHW?
bool holds_layer_numbers(const NetworkWeights& weights, std::size_t index);

}  // namespace vggstyle::test
