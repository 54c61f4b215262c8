#include "weights/layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/error.h"

namespace vggstyle {
namespace {

using Part = DatasetRole::Part;

/// A dataset that belongs to a convolution.
struct Found {
  DatasetRole role;
  std::string path;
};

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

/// "block3_conv1": one digit each.
bool is_keras_name(std::string_view name) {
  constexpr std::string_view kPattern = "block0_conv0";
  if (name.size() != kPattern.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool digit = name[i] >= '0' && name[i] <= '9';
    if (kPattern[i] == '0' ? !digit : name[i] != kPattern[i]) return false;
  }
  return true;
}

/// The place of "conv2d", "conv2d_1", … in the network, from 0; nothing for another name.
std::optional<std::size_t> order_of(std::string_view name) {
  constexpr std::string_view kClass = "conv2d";
  if (!name.starts_with(kClass)) return std::nullopt;
  name.remove_prefix(kClass.size());
  if (name.empty()) return 0;
  if (name.size() < 2 || name.size() > 3 || name[0] != '_' || name[1] == '0') return std::nullopt;
  std::size_t order = 0;
  for (const char c : name.substr(1)) {
    if (c < '0' || c > '9') return std::nullopt;
    order = 10 * order + static_cast<std::size_t>(c - '0');
  }
  return order;
}

/// "block1_conv1_W_1" of layer block1_conv1: the part is W or b, the number may be missing.
std::optional<Part> keras1_part(std::string_view leaf, std::string_view layer) {
  if (!leaf.starts_with(layer)) return std::nullopt;
  leaf.remove_prefix(layer.size());
  if (leaf == "_W" || leaf == "_W_1") return Part::kKernel;
  if (leaf == "_b" || leaf == "_b_1") return Part::kBias;
  return std::nullopt;
}

std::string keras_name(const ConvLayer& layer) {
  return fmt::format("block{}_conv{}", layer.block, layer.index_in_block);
}

std::optional<std::size_t> index_of(Model model, std::string_view keras) {
  const std::vector<ConvLayer>& layers = conv_layers(model);
  const auto at = std::ranges::find(layers, keras, keras_name);
  if (at == layers.end()) return std::nullopt;
  return static_cast<std::size_t>(at - layers.begin());
}

/// Keras 3 files may keep a layer's own name as an attribute of its group `vars`; that is surer
/// than the order.
void take_own_names(const Hdf5File& file, std::vector<Found>& found) {
  for (Found& dataset : found) {
    if (dataset.role.layout != Layout::kKeras3 || is_keras_name(dataset.role.layer)) continue;
    const std::string group = dataset.path.substr(0, dataset.path.rfind('/'));
    const auto name = file.string_attribute(group, "name");
    if (name && is_keras_name(*name)) dataset.role.layer = *name;
  }
}

bool only_vgg19_has(std::string_view layer) {
  return !index_of(Model::kVgg16, layer) && index_of(Model::kVgg19, layer);
}

/// Is the eighth convolution VGG-19's conv3_4 (256 outputs)? In VGG-16 it is conv4_1 (512).
bool eighth_is_vgg19(const Hdf5File& file, const std::vector<Found>& found) {
  for (const Found& dataset : found) {
    if (dataset.role.part != Part::kKernel || order_of(dataset.role.layer) != 7u) continue;
    const std::vector<std::size_t> shape = file.info(dataset.path).shape;
    return shape.size() == 4 && shape[3] == 256;
  }
  return false;
}

Model detect_model(const Hdf5File& file, const std::vector<Found>& found) {
  const auto is_vgg19 = [](const Found& dataset) { return only_vgg19_has(dataset.role.layer); };
  if (std::ranges::any_of(found, is_vgg19) || eighth_is_vgg19(file, found)) return Model::kVgg19;
  const auto attribute = file.string_attribute("/", "model");
  return attribute ? parse_model(*attribute) : Model::kVgg16;
}

}  // namespace

std::string_view name_of(Layout layout) {
  switch (layout) {
    case Layout::kKeras1:
      return "Keras 1";
    case Layout::kKeras2:
      return "Keras 2";
    case Layout::kKeras3:
      return "Keras 3";
    case Layout::kOwn:
      break;
  }
  return "vggstyle";
}

std::optional<DatasetRole> parse_dataset_path(std::string_view path) {
  const std::vector<std::string_view> parts = split(path);
  if (parts.size() < 2 || parts[0].starts_with("optimizer")) return std::nullopt;
  std::string_view leaf = parts.back();
  if (leaf.ends_with(":0")) leaf.remove_suffix(2);
  const std::string_view parent = parts[parts.size() - 2];

  if (parent == "vars" && parts.size() >= 3) {
    const std::string_view layer = parts[parts.size() - 3];
    if ((leaf != "0" && leaf != "1") || (!is_keras_name(layer) && !order_of(layer))) {
      return std::nullopt;
    }
    return DatasetRole{Layout::kKeras3, leaf == "0" ? Part::kKernel : Part::kBias,
                       std::string(layer)};
  }
  if (!is_keras_name(parent)) return std::nullopt;
  const std::string layer(parent);
  if (const auto part = keras1_part(leaf, parent))
    return DatasetRole{Layout::kKeras1, *part, layer};
  // Keras 2 repeats the layer's name, or puts the group of a nested model before it; ours has the
  // layer's group at the root.
  const Layout layout = parts.size() == 2 ? Layout::kOwn : Layout::kKeras2;
  if (leaf == "kernel") return DatasetRole{layout, Part::kKernel, layer};
  if (leaf == "bias") return DatasetRole{layout, Part::kBias, layer};
  if (leaf == "kernel_scale") return DatasetRole{layout, Part::kKernelScale, layer};
  return std::nullopt;
}

WeightsLayout find_layout(const Hdf5File& file, std::optional<Model> model) {
  std::vector<Found> found;
  for (const std::string& path : file.list().datasets) {
    if (auto role = parse_dataset_path(path)) found.push_back({std::move(*role), path});
  }
  take_own_names(file, found);
  if (found.empty()) {
    throw InputError(fmt::format(
        "'{}' holds no layer of VGG-16 or VGG-19 (block1_conv1 and so on); give a Keras weights "
        "file, or fetch one with weights/fetch.sh",
        file.path()));
  }
  WeightsLayout result{found.front().role.layout, model ? *model : detect_model(file, found), {}};
  result.layers.resize(conv_layers(result.model).size());
  for (const Found& dataset : found) {
    std::optional<std::size_t> index = order_of(dataset.role.layer);
    if (!index) index = index_of(result.model, dataset.role.layer);
    if (!index || *index >= result.layers.size()) {
      throw InputError(fmt::format(
          "'{}' has the layer {}, which {} does not have; {}", file.path(), dataset.role.layer,
          model_name(result.model),
          only_vgg19_has(dataset.role.layer) ? "use it with --model vgg19" : "give another file"));
    }
    LayerDatasets& layer = result.layers[*index];
    std::string& place = dataset.role.part == Part::kKernel        ? layer.kernel
                         : dataset.role.part == Part::kKernelScale ? layer.kernel_scale
                                                                   : layer.bias;
    if (!place.empty()) {
      throw InputError(
          fmt::format("'{}' has two datasets for the same weights of {}, {} and {}; give a file "
                      "with one network",
                      file.path(), conv_layers(result.model)[*index].name, place, dataset.path));
    }
    place = dataset.path;
  }
  return result;
}

}  // namespace vggstyle
