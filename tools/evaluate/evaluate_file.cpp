#include "tools/evaluate/evaluate_file.h"

namespace vggstyle {
namespace {

/// Channels x height x width to height x width x channels.
std::vector<float> channels_last(const std::vector<float>& chw, Shape shape) {
  std::vector<float> hwc(chw.size());
  const auto channels = static_cast<std::size_t>(shape.channels);
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < shape.positions(); ++i) {
      hwc[i * channels + c] = chw[c * shape.positions() + i];
    }
  }
  return hwc;
}

void write_channels_last(Hdf5File& file, const std::string& name, const std::vector<float>& chw,
                         Shape shape) {
  const std::vector<float> hwc = channels_last(chw, shape);
  file.write(name,
             {static_cast<std::size_t>(shape.height), static_cast<std::size_t>(shape.width),
              static_cast<std::size_t>(shape.channels)},
             std::span<const float>(hwc));
}

}  // namespace

void write_layer(Hdf5File& file, const std::string& name, Graph& graph, int layer,
                 const StyleStatistics& statistics) {
  const Shape shape = graph.layer_shape(layer);
  write_channels_last(file, "activations/" + name, graph.activations(layer), shape);

  const auto channels = static_cast<std::size_t>(shape.channels);
  const auto positions = static_cast<double>(shape.positions());
  std::vector<double> gram = statistics.gram, centered = statistics.gram;
  for (std::size_t i = 0; i < channels; ++i) {
    for (std::size_t j = 0; j < channels; ++j) {
      const std::size_t k = i * channels + j;
      centered[k] = positions * (gram[k] - statistics.mean[i] * statistics.mean[j]);
      gram[k] *= positions;
    }
  }
  file.write("mean/" + name, {channels}, std::span<const double>(statistics.mean));
  file.write("gram/" + name, {channels, channels}, std::span<const double>(gram));
  file.write("gram_centered/" + name, {channels, channels}, std::span<const double>(centered));
}

void write_losses(Hdf5File& file, Model model, const LossValues& values) {
  file.write_scalar("loss/total", values.total);
  for (const LossKind kind : kPictureKinds) {
    if (!has_layers(kind)) {
      file.write_scalar("loss/" + std::string(name_of(kind)), values.sum(kind));
    }
  }
  for (const TermValue& term : values.terms) {
    if (!has_layers(term.kind)) continue;
    file.write_scalar(
        "loss/" + std::string(name_of(term.kind)) + "/" + layer_name(model, term.layer),
        term.value);
  }
}

void write_gradient(Hdf5File& file, const std::vector<float>& gradient, Shape shape) {
  write_channels_last(file, "gradient", gradient, shape);
}

}  // namespace vggstyle
