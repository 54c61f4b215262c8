#include "net/layers.h"

#include <array>
#include <optional>

#include "runtime/error.h"

namespace vggstyle {
namespace {

constexpr int kBlocks = 5;
constexpr std::array<int, kBlocks> kChannels = {64, 128, 256, 512, 512};
constexpr std::array<int, kBlocks> kDepth16 = {2, 2, 3, 3, 3};
constexpr std::array<int, kBlocks> kDepth19 = {2, 2, 4, 4, 4};

std::vector<ConvLayer> make_table(const std::array<int, kBlocks>& depth) {
  std::vector<ConvLayer> table;
  int in_channels = 3;
  for (int b = 0; b < kBlocks; ++b) {
    const auto block = static_cast<std::size_t>(b);
    for (int i = 1; i <= depth[block]; ++i) {
      table.push_back({b + 1, i, in_channels, kChannels[block], i == depth[block],
                       "conv" + std::to_string(b + 1) + "_" + std::to_string(i)});
      in_channels = kChannels[block];
    }
  }
  return table;
}

/// A whole number without sign or leading zero, at most two digits: no layer has more.
std::optional<int> parse_number(std::string_view text) {
  if (text.empty() || text.size() > 2 || text[0] == '0') return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = 10 * number + (c - '0');
  }
  return number;
}

struct BlockAndIndex {
  int block;
  int index;
};

/// "<prefix>3<middle>1" to (3, 1).
std::optional<BlockAndIndex> parse_pair(std::string_view name, std::string_view prefix,
                                        std::string_view middle) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  const std::size_t at = name.find(middle);
  if (at == std::string_view::npos) return std::nullopt;
  const auto block = parse_number(name.substr(0, at));
  const auto index = parse_number(name.substr(at + middle.size()));
  if (!block || !index) return std::nullopt;
  return BlockAndIndex{*block, *index};
}

[[noreturn]] void unknown_layer(Model model, std::string_view name) {
  std::string message = "unknown layer '" + std::string(name) +
                        "': " + std::string(model_name(model)) + " has " +
                        layer_name(model, kPixelLayer);
  for (const ConvLayer& layer : conv_layers(model)) message += ", " + layer.name;
  throw InputError(message + " (block1_conv1 or 1 for conv1_1, and so on, are understood too)");
}

}  // namespace

const std::vector<ConvLayer>& conv_layers(Model model) {
  static const std::vector<ConvLayer> vgg16 = make_table(kDepth16);
  static const std::vector<ConvLayer> vgg19 = make_table(kDepth19);
  return model == Model::kVgg16 ? vgg16 : vgg19;
}

std::string_view model_name(Model model) {
  return model == Model::kVgg16 ? "vgg16" : "vgg19";
}

Model parse_model(std::string_view name) {
  if (name == "vgg16") return Model::kVgg16;
  if (name == "vgg19") return Model::kVgg19;
  throw InputError("unknown model '" + std::string(name) + "': use vgg16 or vgg19");
}

int parse_layer(Model model, std::string_view name) {
  if (name == "pixels") return kPixelLayer;
  const std::vector<ConvLayer>& layers = conv_layers(model);
  const int count = static_cast<int>(layers.size());
  if (const auto number = parse_number(name); number && *number <= count) return *number - 1;
  auto pair = parse_pair(name, "conv", "_");
  if (!pair) pair = parse_pair(name, "block", "_conv");
  if (pair) {
    for (int i = 0; i < count; ++i) {
      const ConvLayer& layer = layers[static_cast<std::size_t>(i)];
      if (layer.block == pair->block && layer.index_in_block == pair->index) return i;
    }
  }
  unknown_layer(model, name);
}

std::string layer_name(Model model, int index) {
  if (index == kPixelLayer) return "pixels";
  return conv_layers(model).at(static_cast<std::size_t>(index)).name;
}

int layer_stride(Model model, int index) {
  if (index == kPixelLayer) return 1;
  return 1 << (conv_layers(model)[static_cast<std::size_t>(index)].block - 1);
}

void check_fits(Model model, int deepest, int width, int height) {
  for (int index = 0; index <= deepest; ++index) {
    const ConvLayer& layer = conv_layers(model)[static_cast<std::size_t>(index)];
    const int least = 1 << (layer.block - 1);
    if (width >= least && height >= least) continue;
    const auto size_text = [](int w, int h) { return std::to_string(w) + "x" + std::to_string(h); };
    throw InputError("the picture of " + size_text(width, height) +
                     " pixels is too small for layer " + layer.name + ", which needs " +
                     size_text(least, least) +
                     ": use a larger picture or --size, or layers nearer to the pixels");
  }
}

}  // namespace vggstyle
