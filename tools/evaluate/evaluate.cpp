#include "tools/evaluate/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "runtime/files/file_uses.h"
#include "runtime/standard_streams.h"
#include "tools/evaluate/evaluate_file.h"
#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"
#include "tools/session/engine.h"
#include "tools/session/network_view.h"
#include "tools/session/pictures/sizes.h"
#include "tools/session/problem.h"
#include "tools/session/settings/color.h"
#include "tools/session/settings/defaults.h"
#include "tools/session/settings/layer_names.h"
#include "tools/session/visit_settings.h"

namespace vggstyle {
namespace {

/// What is evaluated, read and checked.
struct Evaluated {
  ProblemSpec problem;  ///< the image is its start
  bool content_resized = false;
  std::vector<LossLayer> stored;
};

bool has_losses(const EvaluateRequest& request) {
  return !request.content.empty() || !request.styles.empty();
}

/// The losses that the pictures given allow.
LossSpec make_loss(const EvaluateRequest& request, const NetworkWeights& weights) {
  LossSpec spec = resolve_loss(request.settings.loss, Task::kTransfer, weights.model, weights.kind);
  if (request.styles.empty()) spec[LossKind::kStyle].weight = 0;
  if (request.content.empty()) spec[LossKind::kContent].weight = 0;
  if (!has_losses(request)) spec[LossKind::kTv].weight = 0;
  return without_idle_losses(spec);
}

std::vector<LossLayer> stored_layers(const EvaluateRequest& request, const LossSpec& spec,
                                     Model model) {
  if (request.layers) return find_layers("layers", *request.layers, model);
  std::vector<LossLayer> layers = all_convolutions(model);
  if (has_losses(request)) layers.resize(static_cast<std::size_t>(deepest_layer(spec) + 1));
  return layers;
}

/// The pictures, before there is an engine: what cannot be read is said soon.
Evaluated read_pictures(const EvaluateRequest& request, const Device& device) {
  const PictureSettings& pictures = request.settings.pictures;
  Evaluated result;
  Picture& image = result.problem.start;
  image = pictures.size ? read_at_output_size(request.image, pictures, device)
                        : read_picture(request.image, pictures.reading);
  if (!request.content.empty()) {
    const std::pair size{image.width, image.height};
    result.problem.content = read_picture(request.content, pictures.reading, [&](auto own_size) {
      result.content_resized = own_size != size;
      return size;
    });
  }
  for (PictureAndAlpha& style : read_styles(request.styles, pictures, kLargestSize, device)) {
    result.problem.styles.push_back(std::move(style.picture));
  }
  result.problem.blend = resolve_blend(pictures.style_blend, request.styles.size());
  return result;
}

void write_settings(Hdf5File& file, const EvaluateRequest& request, const Evaluated& evaluated,
                    const Engine& engine) {
  const auto set = [&file](std::string_view name, const auto& value) {
    if constexpr (std::is_convertible_v<decltype(value), std::string_view>) {
      file.write_attribute("/", std::string(name), std::string_view(value));
    } else {
      file.write_attribute("/", std::string(name), value);
    }
  };
  set("command", request.command_line);
  set("arguments", nlohmann::json(request.arguments).dump());
  set("device", engine.device->name());
  visit_settings(engine, set);
  visit_settings(evaluated.problem.loss, engine.model(), set);
  set("background", color_text(request.settings.pictures.reading.background));
  set("image", request.image);
  set("content", request.content);
  set("content_resized", evaluated.content_resized);
  std::string styles, sizes, blend;
  for (std::size_t i = 0; i < request.styles.size(); ++i) {
    const char* separator = i == 0 ? "" : ",";
    styles += separator + request.styles[i];
    sizes += separator + size_text(evaluated.problem.styles[i]);
    blend += fmt::format("{}{}", separator, evaluated.problem.blend[i]);
  }
  set("styles", styles);
  set("style_sizes", sizes);
  set("style_blend", blend);
}

void write_layers(Hdf5File& file, const Evaluated& evaluated, Engine& engine) {
  const LossSpec& loss = evaluated.problem.loss;
  NetworkView view(engine, evaluated.stored, loss.pooling, loss.padding);
  const std::vector<StyleStatistics> statistics = view.statistics(evaluated.problem.start);
  Graph& graph = view.graph_for(evaluated.problem.start);
  for (std::size_t i = 0; i < evaluated.stored.size(); ++i) {
    const int layer = evaluated.stored[i].layer;
    write_layer(file, layer_name(engine.model(), layer), graph, layer, statistics[i]);
  }
}

/// The activations in a file of evaluate(), for each convolution of `graph`; nothing where it has none.
std::vector<std::vector<float>> read_activations(const std::string& path, const Graph& graph,
                                                 Model model) {
  const Hdf5File file = Hdf5File::open(path);
  const std::vector<std::string> stored = file.list().datasets;
  std::vector<std::vector<float>> activations(static_cast<std::size_t>(graph.layer_count()));
  for (int layer = 0; layer < graph.layer_count(); ++layer) {
    const std::string name = "activations/" + layer_name(model, layer);
    if (std::ranges::find(stored, name) == stored.end()) continue;
    const Shape shape = graph.layer_shape(layer);
    const std::vector<float> hwc = file.read(name, shape.elements());
    const auto channels = static_cast<std::size_t>(shape.channels);
    std::vector<float>& chw = activations[static_cast<std::size_t>(layer)];
    chw.resize(hwc.size());
    for (std::size_t m = 0; m < shape.positions(); ++m) {
      for (std::size_t c = 0; c < channels; ++c) {
        chw[c * shape.positions() + m] = hwc[m * channels + c];
      }
    }
  }
  return activations;
}

void write_value_and_gradient(Hdf5File& file, const Evaluated& evaluated, Engine& engine,
                              const std::string& sides_of) {
  Problem problem(engine, evaluated.problem);
  const LossValues values =
      sides_of.empty()
          ? problem.evaluate()
          : problem.evaluate_on(read_activations(sides_of, problem.graph(), engine.model()));
  const Shape shape = problem.graph().pixel_shape();
  std::vector<float> gradient(shape.elements());
  engine.device->download(gradient.data(), problem.gradient(), gradient.size() * sizeof(float));
  if (!std::ranges::all_of(gradient, [](float g) { return std::isfinite(g); })) {
    throw InputError(
        "the gradient is not finite: the weights of the loss are too large for float32");
  }
  write_losses(file, engine.model(), values);
  write_gradient(file, gradient, shape);
}

}  // namespace

int evaluate(const EvaluateRequest& request) {
  check_output_path(request.output);
  const Settings& settings = request.settings;
  check_pictures(settings.pictures);
  std::unique_ptr<Device> device = make_device(settings.device);
  Evaluated evaluated = read_pictures(request, *device);
  Engine engine = make_engine(std::move(device), settings.device, settings.network);
  LossSpec& loss = evaluated.problem.loss;
  loss = make_loss(request, *engine.weights);
  evaluated.stored = stored_layers(request, loss, engine.model());
  int deepest = deepest_layer(loss);
  for (const LossLayer& entry : evaluated.stored) deepest = std::max(deepest, entry.layer);
  engine.require(deepest);

  FileUses files;
  files.reads(request.image, "the picture");
  if (!request.content.empty()) files.reads(request.content, "the content");
  for (const std::string& style : request.styles) files.reads(style, "a style");
  files.reads(engine.weights_path, "the weights");
  files.writes(request.output, "the output");
  files.check();

  AtomicFile output(request.output);
  Hdf5File file = Hdf5File::create(output.temporary_path(), request.output);
  write_settings(file, request, evaluated, engine);
  if (has_losses(request)) write_value_and_gradient(file, evaluated, engine, request.sides_of);
  if (!evaluated.stored.empty()) write_layers(file, evaluated, engine);
  file.close();
  output.commit();
  if (!request.quiet) {
    const std::size_t layers = evaluated.stored.size();
    tell(fmt::format("wrote {}: {} layer{}{} of {}; {}", request.output, layers,
                     layers == 1 ? "" : "s", has_losses(request) ? ", losses and gradient" : "",
                     size_text(evaluated.problem.start), engine.explanation));
  }
  return 0;
}

}  // namespace vggstyle
