#include "weights/reader/read_torch.h"

#include <fmt/format.h>

#include <optional>

#include "runtime/error.h"
#include "weights/reader/check.h"
#include "weights/safetensors/safetensors_file.h"

namespace vggstyle {
namespace {

constexpr std::string_view kFeatures = "features.";

/// What stands before "features." in the names of a file: "", "model." and so on. Nothing if there are no such
/// names.
std::optional<std::string> find_prefix(const SafetensorsFile& file) {
  for (const auto& [name, tensor] : file.tensors()) {
    const std::size_t at = name.find(std::string(kFeatures) + "0.weight");
    if (at != std::string::npos) return name.substr(0, at);
  }
  return std::nullopt;
}

/// The number of each convolution in torchvision's list of layers.
std::vector<int> numbers_of(Model model) {
  std::vector<int> numbers;
  int number = 0;
  for (const ConvLayer& layer : conv_layers(model)) {
    numbers.push_back(number);
    number += layer.last_in_block ? 3 : 2;  // ReLU, pool
  }
  return numbers;
}

/// A tensor of convolution `number`; null if the file has none.
const SafetensorsFile::Tensor* find_tensor(const SafetensorsFile& file, const std::string& prefix,
                                           int number, std::string_view part) {
  const auto at = file.tensors().find(fmt::format("{}{}{}.{}", prefix, kFeatures, number, part));
  return at == file.tensors().end() ? nullptr : &at->second;
}

/// VGG-16's third block has three convolutions: its features.16 is a pool, VGG-19's conv3_4.
Model detect_model(const SafetensorsFile& file, const std::string& prefix) {
  return find_tensor(file, prefix, 16, "weight") != nullptr ? Model::kVgg19 : Model::kVgg16;
}

std::vector<float> read_tensor(const SafetensorsFile& file, const ConvLayer& layer,
                               const std::string& what, const SafetensorsFile::Tensor* tensor,
                               const std::vector<std::size_t>& shape) {
  if (tensor == nullptr) refuse_incomplete(file.path(), layer, what);
  check_shape(file.path(), layer, what, tensor->shape, shape);
  std::vector<float> values = file.read(*tensor);
  check_finite(file.path(), layer, what, values);
  return values;
}

}  // namespace

ReadWeights read_torch_weights(const std::string& path, const LoadOptions& options) {
  const SafetensorsFile file(path);
  const std::optional<std::string> prefix = find_prefix(file);
  if (!prefix) {
    throw InputError(
        fmt::format("'{}' holds no VGG as torchvision names it (features.0.weight and "
                    "so on); give a file of its VGG-16 or VGG-19",
                    path));
  }
  if (find_tensor(file, *prefix, 1, "running_mean") != nullptr) {
    throw InputError(
        fmt::format("'{}' is a VGG with batch normalisation, which is another network; "
                    "give torchvision's vgg16 or vgg19 without bn",
                    path));
  }
  ReadWeights read;
  read.layout = "PyTorch";
  NetworkWeights& weights = read.weights;
  weights.model = options.model.value_or(detect_model(file, *prefix));
  weights.preprocessing = options.preprocessing.value_or(Preprocessing::kTorch);
  weights.kind = "custom";
  const std::vector<ConvLayer>& table = conv_layers(weights.model);
  const std::vector<int> numbers = numbers_of(weights.model);
  weights.layers.resize(table.size());
  read.types.resize(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto* kernel = find_tensor(file, *prefix, numbers[i], "weight");
    const auto* bias = find_tensor(file, *prefix, numbers[i], "bias");
    if (kernel == nullptr && bias == nullptr) continue;
    const auto in = static_cast<std::size_t>(table[i].in_channels);
    const auto out = static_cast<std::size_t>(table[i].out_channels);
    weights.layers[i].kernel = read_tensor(file, table[i], "kernel", kernel, {out, in, 3, 3});
    weights.layers[i].bias = read_tensor(file, table[i], "bias", bias, {out});
    read.types[i] = kernel->type;
  }
  return read;
}

}  // namespace vggstyle
