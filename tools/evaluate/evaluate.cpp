#include "tools/evaluate/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/atomic_file.h"
#include "runtime/error.h"
#include "tools/cli/loss_options.h"
#include "tools/cli/numbers.h"
#include "tools/evaluate/evaluate_file.h"
#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"
#include "tools/session/engine.h"
#include "tools/session/overflow.h"
#include "tools/session/sizes.h"
#include "tools/session/style_targets.h"
#include "tools/session/version.h"

namespace vggstyle {
namespace {

struct Inputs {
  Picture image;
  std::optional<Picture> content;
  bool content_resized = false;
  std::vector<Picture> styles;
  std::vector<double> blend;
  Engine engine;
  LossSpec spec;
  std::vector<LossLayer> stored;
};

bool has_losses(const EvaluateRequest& request) {
  return !request.content.empty() || !request.styles.empty();
}

/// The losses that the pictures given allow.
LossSpec make_spec(const EvaluateRequest& request, Model model) {
  LossSpec spec = make_loss_spec(request.loss, Task::kTransfer, model);
  if (request.styles.empty()) spec.style_weight = 0;
  if (request.content.empty()) spec.content_weight = 0;
  if (!has_losses(request)) spec.tv_weight = 0;
  if (spec.style_weight == 0) spec.style_layers.clear();
  if (spec.content_weight == 0) spec.content_layers.clear();
  return spec;
}

std::vector<LossLayer> stored_layers(const EvaluateRequest& request, const LossSpec& spec,
                                     Model model) {
  if (!request.layers.empty()) {
    std::vector<LossLayer> layers = parse_layers(model, "--layers", request.layers);
    for (const LossLayer& entry : layers) {
      if (entry.layer == kPixelLayer) {
        throw InputError("--layers: 'pixels' has no activations; use convolutions");
      }
    }
    return layers;
  }
  std::vector<LossLayer> layers = parse_layers(model, "--layers", "all");
  if (has_losses(request)) layers.resize(static_cast<std::size_t>(deepest_layer(spec) + 1));
  return layers;
}

Inputs read_inputs(const EvaluateRequest& request) {
  check_output_path(request.output);
  check_sizes(request.pictures);
  const Rgb background = parse_color(request.pictures.background);
  Inputs inputs;
  inputs.image = read_picture(request.image, background);
  std::unique_ptr<Device> device = make_device(request.network);
  if (request.pictures.size) {
    inputs.image = to_output_size(inputs.image, request.pictures.size, *device);
  }
  if (!request.content.empty()) {
    inputs.content = read_picture(request.content, background);
    inputs.content_resized = inputs.content->width != inputs.image.width ||
                             inputs.content->height != inputs.image.height;
    if (inputs.content_resized) {
      inputs.content = resize(*inputs.content, inputs.image.width, inputs.image.height);
    }
  }
  inputs.styles = read_styles(request.styles, request.pictures, kLargestSize, *device);
  inputs.blend = blend_weights(request.pictures.style_blend, request.styles.size());
  inputs.engine = make_engine(std::move(device), request.network);
  const Model model = inputs.engine.weights.model;
  inputs.spec = make_spec(request, model);
  inputs.stored = stored_layers(request, inputs.spec, model);
  int deepest = deepest_layer(inputs.spec);
  for (const LossLayer& entry : inputs.stored) deepest = std::max(deepest, entry.layer);
  inputs.engine.require(deepest);
  return inputs;
}

void write_settings(Hdf5File& file, const EvaluateRequest& request, const Inputs& inputs) {
  const auto set = [&file](const char* name, auto value) {
    file.write_attribute("/", name, value);
  };
  const LossSpec& spec = inputs.spec;
  const Model model = inputs.engine.weights.model;
  set("software", std::string_view(fmt::format("vggstyle {}", version())));
  set("command", std::string_view(request.command_line));
  set("arguments", std::string_view(nlohmann::json(request.arguments).dump()));
  set("model", model_name(model));
  set("preprocessing", name_of(inputs.engine.weights.preprocessing));
  set("weights", std::string_view(inputs.engine.weights.id));
  set("weights_kind", std::string_view(inputs.engine.weights.kind));
  set("device", std::string_view(inputs.engine.device->name()));
  set("precision", precision_name(inputs.engine.backend->precision()));
  set("normalization", name_of(spec.normalization));
  set("gram", name_of(spec.gram));
  set("pooling", name_of(spec.pooling));
  set("style_layers", std::string_view(layers_text(model, spec.style_layers)));
  set("content_layers", std::string_view(layers_text(model, spec.content_layers)));
  set("style_weight", spec.style_weight);
  set("content_weight", spec.content_weight);
  set("tv_weight", spec.tv_weight);
  set("background", std::string_view(request.pictures.background));
  set("image", std::string_view(request.image));
  set("content", std::string_view(request.content));
  set("content_resized", inputs.content_resized);
  std::string styles, sizes, blend;
  for (std::size_t i = 0; i < inputs.styles.size(); ++i) {
    const char* separator = i == 0 ? "" : ",";
    styles += separator + request.styles[i];
    sizes += separator + size_text(inputs.styles[i]);
    blend += fmt::format("{}{}", separator, inputs.blend[i]);
  }
  set("styles", std::string_view(styles));
  set("style_sizes", std::string_view(sizes));
  set("style_blend", std::string_view(blend));
}

void write_layers(Hdf5File& file, Inputs& inputs) {
  LossSpec statistics_only;
  statistics_only.style_layers = inputs.stored;
  statistics_only.pooling = inputs.spec.pooling;
  Graph graph(*inputs.engine.backend, inputs.engine.weights, inputs.image.height,
              inputs.image.width, statistics_only,
              {.with_gradient = false,
               .balance = choose_units(inputs.engine, statistics_only, inputs.image, {},
                                       {inputs.image}, {1.0})});
  const std::vector<StyleStatistics> statistics = graph.style_statistics(inputs.image.rgb.data());
  for (std::size_t i = 0; i < inputs.stored.size(); ++i) {
    const int layer = inputs.stored[i].layer;
    write_layer(file, layer_name(inputs.engine.weights.model, layer), graph, layer, statistics[i]);
  }
}

void write_value_and_gradient(Hdf5File& file, Inputs& inputs) {
  Engine& engine = inputs.engine;
  Graph graph(*engine.backend, engine.weights, inputs.image.height, inputs.image.width, inputs.spec,
              {.balance = choose_units(engine, inputs.spec, inputs.image, inputs.content,
                                       inputs.styles, inputs.blend)});
  set_targets(graph, engine, inputs.content, inputs.styles, inputs.blend);
  const Shape shape = graph.pixel_shape();
  const std::size_t bytes = shape.elements() * sizeof(float);
  const Buffer pixels(*engine.device, bytes), gradient(*engine.device, bytes);
  engine.device->upload(pixels.data(), inputs.image.rgb.data(), bytes);
  const LossValues values = graph.evaluate(pixels.as<float>(), gradient.as<float>());
  check_finite(graph, values.total, pixels.as<float>(), gradient.as<float>());
  std::vector<float> host(shape.elements());
  engine.device->download(host.data(), gradient.data(), bytes);
  write_losses(file, engine.weights.model, inputs.spec, values);
  write_gradient(file, host, shape);
}

}  // namespace

int evaluate(const EvaluateRequest& request) {
  Inputs inputs = read_inputs(request);
  AtomicFile output(request.output);
  Hdf5File file = Hdf5File::create(output.temporary_path());
  write_settings(file, request, inputs);
  if (has_losses(request)) write_value_and_gradient(file, inputs);
  if (!inputs.stored.empty()) write_layers(file, inputs);
  file.close();
  output.commit();
  if (!request.quiet) {
    fmt::print(stderr, "wrote {}: {} layers{} of {}; {}\n", request.output, inputs.stored.size(),
               has_losses(request) ? ", losses and gradient" : "", size_text(inputs.image),
               inputs.engine.explanation);
  }
  return 0;
}

}  // namespace vggstyle
