#include "weights/reader/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "runtime/error.h"
#include "weights/hdf5/hdf5_file.h"
#include "weights/hwio.h"
#include "weights/layout.h"
#include "weights/reader/check.h"
#include "weights/reader/foreign.h"
#include "weights/reader/read_torch.h"
#include "weights/safetensors/safetensors_file.h"

namespace vggstyle {
namespace {

constexpr std::size_t kTaps = 9;

/// Sizes of vgg16_… and vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5.
constexpr std::uintmax_t kPublishedVgg16Bytes = 58889256;
constexpr std::uintmax_t kPublishedVgg19Bytes = 80134624;

/// Reads one dataset of `layer` after checking its shape, and that its numbers are finite.
std::vector<float> read_checked(const Hdf5File& file, const ConvLayer& layer,
                                const std::string& what, const std::string& dataset,
                                const std::vector<std::size_t>& shape) {
  check_shape(file.path(), layer, what, file.info(dataset).shape, shape);
  std::size_t count = 1;
  for (const std::size_t extent : shape) count *= extent;
  std::vector<float> values = file.read(dataset, count);
  check_finite(file.path(), layer, what, values);
  return values;
}

ConvWeights read_layer(const Hdf5File& file, const ConvLayer& layer,
                       const LayerDatasets& datasets) {
  if (datasets.kernel.empty()) refuse_incomplete(file.path(), layer, "kernel");
  if (datasets.bias.empty()) refuse_incomplete(file.path(), layer, "bias");
  const auto in = static_cast<std::size_t>(layer.in_channels);
  const auto out = static_cast<std::size_t>(layer.out_channels);
  const bool is_int8 = file.info(datasets.kernel).type == ElementType::kInt8;
  if (is_int8 && datasets.kernel_scale.empty())
    refuse_incomplete(file.path(), layer, "scale for its 8-bit kernel");

  ConvWeights weights;
  weights.kernel =
      hwio_to_oihw(read_checked(file, layer, "kernel", datasets.kernel, {3, 3, in, out}), in, out);
  weights.bias = read_checked(file, layer, "bias", datasets.bias, {out});
  if (!datasets.kernel_scale.empty()) {
    const std::vector<float> scale =
        read_checked(file, layer, "kernel scale", datasets.kernel_scale, {out});
    const std::size_t filter = in * kTaps;
    for (std::size_t o = 0; o < out; ++o) {
      for (std::size_t k = 0; k < filter; ++k) weights.kernel[o * filter + k] *= scale[o];
    }
  }
  return weights;
}

Preprocessing preprocessing_of(const Hdf5File& file, const LoadOptions& options) {
  if (options.preprocessing) return *options.preprocessing;
  const auto attribute = file.string_attribute("/", "preprocessing");
  return attribute ? parse_preprocessing(*attribute) : Preprocessing::kCaffe;
}

std::string kind_of(const Hdf5File& file, Layout layout, const NetworkWeights& weights) {
  const auto attribute = file.string_attribute("/", "weights_kind");
  if (attribute && (*attribute == "house" || *attribute == "synthetic")) return *attribute;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file.path(), error);
  const std::uintmax_t published_size =
      weights.model == Model::kVgg16 ? kPublishedVgg16Bytes : kPublishedVgg19Bytes;
  const bool published = layout == Layout::kKeras1 && size == published_size &&
                         std::ranges::all_of(weights.layers, &ConvWeights::present);
  return published ? "published" : "custom";
}

ReadWeights read_hdf5_weights(const std::string& path, const LoadOptions& options) {
  const Hdf5File file = Hdf5File::open(path);
  const WeightsLayout layout = find_layout(file, options.model);
  const std::vector<ConvLayer>& table = conv_layers(layout.model);
  ReadWeights read;
  read.layout = name_of(layout.layout);
  read.description = file.string_attribute("/", "description").value_or("");
  read.types.resize(table.size());
  NetworkWeights& weights = read.weights;
  weights.model = layout.model;
  weights.preprocessing = preprocessing_of(file, options);
  weights.layers.resize(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (layout.layers[i].empty()) continue;
    weights.layers[i] = read_layer(file, table[i], layout.layers[i]);
    read.types[i] = name_of(file.info(layout.layers[i].kernel).type);
  }
  weights.kind = kind_of(file, layout.layout, weights);
  return read;
}

}  // namespace

ReadWeights read_weights(const std::string& path, const LoadOptions& options) {
  refuse_foreign(path);
  const bool torch = SafetensorsFile::is(path) || path.ends_with(".safetensors");
  ReadWeights read = torch ? read_torch_weights(path, options) : read_hdf5_weights(path, options);
  NetworkWeights& weights = read.weights;
  weights.id =
      fmt::format("{} {} {}", weights.kind, std::filesystem::path(path).filename().string(),
                  short_checksum(weights));
  return read;
}

}  // namespace vggstyle
