#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/layers.h"

namespace vggstyle {

/// What the network's first layer expects. Pixels are RGB in 0..255 before it.
enum class Preprocessing {
  kCaffe,  ///< BGR, 0..255, minus (103.939, 116.779, 123.68)
  kTorch,  ///< RGB, 0..1, minus (0.485, 0.456, 0.406), divided by (0.229, 0.224, 0.225)
};

/// The affine map of one colour channel: input[c] = (rgb[source] - mean) * scale, rgb in 0..255.
struct InputChannel {
  int source;  ///< 0 red, 1 green, 2 blue
  double mean;
  double scale;
};
/// The map of network input channel `c` (0..2).
InputChannel input_channel(Preprocessing preprocessing, int c);

/// "caffe" or "torch".
std::string_view name_of(Preprocessing preprocessing);
/// The reverse; InputError if it is neither.
Preprocessing parse_preprocessing(std::string_view name);

/// One convolution's frozen parameters. A layer that the file lacks has no kernel and no bias.
struct ConvWeights {
  std::vector<float> kernel;  ///< OIHW: [out][in][3][3], correlation as every framework has it
  std::vector<float> bias;    ///< [out]
  bool present() const { return !kernel.empty(); }
};

/// Host copy of a network's weights, checked by whoever made it (weights/): shapes as in
/// conv_layers(model), everything finite.
struct NetworkWeights {
  Model model = Model::kVgg16;
  Preprocessing preprocessing = Preprocessing::kCaffe;
  std::vector<ConvWeights> layers;  ///< one per entry of conv_layers(model)
  std::string kind;                 ///< "published", "house", "synthetic" or "custom"
  std::string id;  ///< for text chunks and reports: kind, file name, short checksum
};

/// FNV-1a (64 bits) over the 32-bit words of the weights: for each layer that is present, from the
/// pixels upwards, its index in the table, its kernel (OIHW), its bias. So the same weights have
/// the same checksum however their file is laid out.
std::uint64_t checksum(const NetworkWeights& weights);
/// Its first 8 hexadecimal digits, as they stand in NetworkWeights::id.
std::string short_checksum(const NetworkWeights& weights);

}  // namespace vggstyle
