#pragma once

#include <optional>
#include <string>

#include "net/weights.h"

namespace vggstyle {

struct LoadOptions {
  std::optional<Model> model;  ///< otherwise as the file shows
  std::optional<Preprocessing>
      preprocessing;  ///< otherwise the attribute, else caffe; torch for safetensors
};

/// Reads a network's weights from an HDF5 file in any of the layouts of weights/layout.h, with the
/// dense top or without, of float16, float32, float64 or 8 bits with a scale; or from a safetensors file as
/// torchvision names its layers (weights/reader/read_torch.h). Kernels become OIHW.
/// Layers that the file lacks are left absent. Attributes of an HDF5 file's root that count: `model` ("vgg16"
/// or "vgg19"), `preprocessing` ("caffe" or "torch"), `weights_kind` ("house" or "synthetic").
///
/// The result's kind is the attribute's, or "published" for the file that everybody has (Keras 1
/// layout, every layer, and its exact size), else "custom"; its id is kind, file name and checksum.
///
/// InputError, one sentence that names file and layer, if the file is missing, a folder, empty,
/// truncated, of neither format (others are named, with what converts them), without any layer, or if a layer has no bias, the wrong shape or type, or a
/// number that is not finite. A hostile file gets no further than that: it is read in a
/// process of its own (weights/reader/run_reader.h).
NetworkWeights load_weights(const std::string& path, const LoadOptions& options = {});

/// InputError, naming the layer, if `weights`, read from `path`, lack a layer from conv1_1 to
/// `last_layer` (an index into conv_layers(); kPixelLayer needs none).
void require_layers(const NetworkWeights& weights, int last_layer, const std::string& path);

}  // namespace vggstyle
