#include "tests/weights/support.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace vggstyle::test {

namespace fs = std::filesystem;

LayerNumbers layer_numbers(const ConvLayer& layer) {
  const auto out = static_cast<std::size_t>(layer.out_channels);
  const auto in = static_cast<std::size_t>(layer.in_channels);
  LayerNumbers numbers;
  numbers.kernel.resize(9 * in * out);
  // Whole numbers up to 2^11 in size, which float16 holds exactly.
  for (std::size_t k = 0; k < numbers.kernel.size(); ++k) {
    numbers.kernel[k] = static_cast<float>((k * 7919) % 4001) - 2000.0f;
  }
  for (std::size_t o = 0; o < out; ++o) numbers.bias.push_back(static_cast<float>(o) - 30.0f);
  return numbers;
}

std::string keras_name(const ConvLayer& layer) {
  return "block" + std::to_string(layer.block) + "_conv" + std::to_string(layer.index_in_block);
}

std::vector<std::size_t> kernel_shape(const ConvLayer& layer) {
  return {3, 3, static_cast<std::size_t>(layer.in_channels),
          static_cast<std::size_t>(layer.out_channels)};
}

bool holds_layer_numbers(const NetworkWeights& weights, std::size_t index) {
  const ConvLayer& layer = conv_layers(weights.model).at(index);
  const LayerNumbers expected = layer_numbers(layer);
  const ConvWeights& actual = weights.layers.at(index);
  if (actual.bias != expected.bias || actual.kernel.size() != expected.kernel.size()) return false;
  const auto out = static_cast<std::size_t>(layer.out_channels);
  const auto in = static_cast<std::size_t>(layer.in_channels);
  std::size_t k = 0;
  for (std::size_t o = 0; o < out; ++o) {
    for (std::size_t i = 0; i < in; ++i) {
      for (std::size_t y = 0; y < 3; ++y) {
        for (std::size_t x = 0; x < 3; ++x) {
          if (actual.kernel[k++] != expected.kernel[((y * 3 + x) * in + i) * out + o]) return false;
        }
      }
    }
  }
  return true;
}

}  // namespace vggstyle::test
