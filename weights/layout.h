#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/layers.h"
#include "weights/hdf5/hdf5_file.h"

namespace vggstyle {

/// The ways in which a file may lay out its layers. All have kernels in the order HWIO.
enum class Layout {
  kKeras1,  ///< block1_conv1/block1_conv1_W_1:0, block1_conv1/block1_conv1_b_1:0
  kKeras2,  ///< [model_weights/]block1_conv1/block1_conv1/kernel:0, …/bias:0
  kKeras3,  ///< layers/conv2d_1/vars/0, …/vars/1, or the layer's own name for conv2d_1
  kOwn,     ///< block1_conv1/kernel (8 bits), …/kernel_scale (one per output), …/bias
};
/// "Keras 1" and so on.
std::string_view name_of(Layout layout);

/// The datasets of one convolution; an empty name where the file has none.
struct LayerDatasets {
  std::string kernel;
  std::string kernel_scale;
  std::string bias;
  bool empty() const { return kernel.empty() && kernel_scale.empty() && bias.empty(); }
};

/// Where the weights are in a file.
struct WeightsLayout {
  Layout layout;
  Model model;
  std::vector<LayerDatasets> layers;  ///< one per entry of conv_layers(model)
};

/// What a dataset's path says about it.
struct DatasetRole {
  enum class Part { kKernel, kKernelScale, kBias };
  Layout layout;
  Part part;
  std::string layer;  ///< "block1_conv1", or Keras 3's "conv2d_1", which only its order tells apart
};
/// Nothing for a dataset that is not a convolution's: dense layers, optimiser state, anything else.
std::optional<DatasetRole> parse_dataset_path(std::string_view path);

/// Finds the layers of a file. The model is `model` if that is given; else VGG-19 if the file has a
/// layer that only VGG-19 has (a fourth convolution in a block), else what the attribute `model`
/// says, else VGG-16. Layers named only by their order (conv2d, conv2d_1, …) are VGG-19's if the
/// eighth one has 256 outputs, since VGG-16's has 512.
///
/// InputError if there is no layer at all, if two datasets claim the same place, or if the file
/// has layers that `model` has not.
WeightsLayout find_layout(const Hdf5File& file, std::optional<Model> model);

}  // namespace vggstyle
