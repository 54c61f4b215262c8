#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vggstyle {

/// The two networks (Simonyan and Zisserman 2015, configurations D and E). Both are a table of 3x3
/// convolutions with a 2x2 pool after each block; nothing else in the project knows the difference.
enum class Model { kVgg16, kVgg19 };

/// One convolution of the table. Activations are taken after its ReLU.
struct ConvLayer {
  int block;           ///< 1..5
  int index_in_block;  ///< 1..4
  int in_channels;     ///< 3 for the first layer
  int out_channels;    ///< 64..512
  bool last_in_block;  ///< a pool stands between this layer and the next one
  std::string name;    ///< "conv3_1", the name we print
};

/// The convolutions of `model` from the pixels upwards: 13 or 16.
const std::vector<ConvLayer>& conv_layers(Model model);

/// "vgg16" or "vgg19".
std::string_view model_name(Model model);
/// The reverse; InputError if it is neither.
Model parse_model(std::string_view name);

/// The index of the pseudo layer `pixels`: RGB in 0..1, 3 channels, before any convolution.
inline constexpr int kPixelLayer = -1;

/// Index into conv_layers() of a layer named in any of the three ways: "conv3_1" (Caffe),
/// "block3_conv1" (Keras), "5" (counted from 1); kPixelLayer for "pixels". InputError, which lists
/// what there is, for anything else.
int parse_layer(Model model, std::string_view name);

/// The name of layer `index` as we print it; "pixels" for kPixelLayer.
std::string layer_name(Model model, int index);

/// How many pixels, in each direction, a position of layer `index` of a network stands for: the stride of
/// the pools before it, 1 for kPixelLayer.
int layer_stride(Model model, int index);

/// InputError if a picture of this size has no pixels left in one of the layers up to `deepest`,
/// after the pools before it.
void check_fits(Model model, int deepest, int width, int height);

}  // namespace vggstyle
