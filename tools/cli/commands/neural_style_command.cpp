// neural-style: a transfer by the options of J. Johnson's neural-style (Torch) and of its port
// neural-style-pt, so that scripts that were written for them run here.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>

#include "runtime/standard_streams.h"
#include "tools/cli/commands.h"
#include "tools/pictures/picture_files.h"
#include "tools/session/settings/check.h"
#include "tools/session/settings/layer_names.h"
#include "tools/session/settings/numbers.h"
#include "tools/transfer/run.h"

namespace vggstyle {
namespace {

/// Their options, by their names, with their defaults; empty: ours are the same.
struct NeuralStyleOptions {
  std::string content_image, style_image, output_image = "out.png";
  std::string style_blend_weights = "nil", gpu = "0", init = "random", init_image;
  std::string optimizer = "lbfgs", pooling = "max", model_file;
  std::string content_layers = "relu4_2", style_layers = "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1";
  std::optional<double> content_weight, style_weight, tv_weight;
  double learning_rate = 1;
  int image_size = 512, num_iterations = 1000, save_iter = 100, print_iter = 50;
  int lbfgs_num_correction = 0, original_colors = 0;
  long long seed = -1;
  double style_scale = 1;
  bool normalize_gradients = false, normalize_weights = false;
  std::string checkpoint, ignored_text;
  bool ignored_flag = false;
};

void add_options(CLI::App& app, NeuralStyleOptions& o) {
  app.add_option("--content_image", o.content_image, "the picture to paint")->required();
  app.add_option("--style_image", o.style_image, "the styles, with commas between them")
      ->required();
  app.add_option("--style_blend_weights", o.style_blend_weights, "relative weights of the styles")
      ->capture_default_str();
  app.add_option("--image_size", o.image_size, "longest side of the result")->capture_default_str();
  app.add_option("--gpu", o.gpu, "c or -1: the CPU; a number: a GPU if there is one, else the CPU")
      ->capture_default_str();
  app.add_option("--content_weight", o.content_weight, "default: 5");
  app.add_option("--style_weight", o.style_weight, "default: 100");
  app.add_option("--tv_weight", o.tv_weight, "default: 0.001");
  app.add_option("--num_iterations", o.num_iterations, "evaluations of the loss")
      ->capture_default_str();
  app.add_option("--init", o.init, "random or image")->capture_default_str();
  app.add_option("--init_image", o.init_image, "with --init image: start from this picture");
  app.add_option("--optimizer", o.optimizer, "lbfgs or adam")->capture_default_str();
  app.add_option("--learning_rate", o.learning_rate, "of adam")->capture_default_str();
  app.add_option("--lbfgs_num_correction", o.lbfgs_num_correction,
                 "curvature pairs; 0: as --history of transfer")
      ->capture_default_str();
  app.add_option("--output_image", o.output_image, "picture to write")->capture_default_str();
  app.add_option("--save_iter", o.save_iter, "save the picture so far; 0: never")
      ->capture_default_str();
  app.add_option("--print_iter", o.print_iter, "0: print nothing but errors")
      ->capture_default_str();
  app.add_option("--style_scale", o.style_scale, "of the styles, beside --image_size")
      ->capture_default_str();
  app.add_option("--original_colors", o.original_colors, "1: keep the content's colours")
      ->capture_default_str();
  app.add_option("--pooling", o.pooling, "max, avg or l2")->capture_default_str();
  app.add_option("--seed", o.seed, "of the start; below 0: 0, for every run is reproducible here")
      ->capture_default_str();
  app.add_option("--content_layers", o.content_layers, "relu4_2 is our conv4_2")
      ->capture_default_str();
  app.add_option("--style_layers", o.style_layers, "likewise")->capture_default_str();
  app.add_option(
      "--model_file", o.model_file,
      "HDF5 or .safetensors weights; .caffemodel, .pth and .t7 cannot be read: ours are used");
  app.add_option("--checkpoint", o.checkpoint,
                 "not one of theirs: as of transfer, the state of the run, or 'none'");
  app.add_flag("--normalize_gradients", o.normalize_gradients, "refused: not implemented");
  app.add_flag("--normalize_weights", o.normalize_weights, "refused: not implemented");
  for (const char* name : {"--proto_file", "--model_type", "--backend", "--multigpu_strategy",
                           "--multidevice_strategy"}) {
    app.add_option(name, o.ignored_text, "has no effect");
  }
  for (const char* name : {"--cudnn_autotune", "--disable_check"}) {
    app.add_flag(name, o.ignored_flag, "has no effect");
  }
}

/// "relu1_1,relu2_1": they name a layer by its ReLU, we by its convolution; the activations are the same.
LayerNames layers(const char* setting, std::string names) {
  for (std::size_t at = names.find("relu"); at != std::string::npos; at = names.find("relu", at)) {
    names.replace(at, 4, "conv");
  }
  return parse_layer_names(setting, names);
}

bool ends_with_any(const std::string& text, std::initializer_list<const char*> endings) {
  return std::ranges::any_of(endings, [&](const char* end) { return text.ends_with(end); });
}

/// `tells`: of what is ignored.
void set_network(const NeuralStyleOptions& o, bool tells, Settings& settings) {
  if (o.gpu == "c" || o.gpu == "-1")
    settings.device.kind = DeviceSettings::Kind::kCpu;
  else if (o.gpu.find_first_not_of("0123456789,c") != std::string::npos) {
    throw SettingError("gpu", fmt::format(" {}: use c, -1 or the number of a GPU", o.gpu));
  }
  if (!ends_with_any(o.model_file, {".caffemodel", ".pth", ".pt", ".t7"})) {
    settings.network.weights = o.model_file;
  } else if (o.print_iter > 0 && tells) {
    tell(
        fmt::format("'{}' is not an HDF5 file and is ignored: the weights are those that "
                    "'vggstyle transfer' finds",
                    o.model_file));
  }
}

void set_loss(const NeuralStyleOptions& o, LossSettings& loss) {
  if (o.normalize_gradients || o.normalize_weights) {
    throw SettingError(o.normalize_gradients ? "normalize_gradients" : "normalize_weights",
                       " is not implemented; leave it out, or use vggstyle transfer, whose default "
                       "normalization serves every layer");
  }
  loss.normalization = Normalization::kNeuralStyle;
  loss.pooling = parse_pooling(o.pooling);
  loss[LossKind::kContent] = {o.content_weight, layers("content_layers", o.content_layers)};
  loss[LossKind::kStyle] = {o.style_weight, layers("style_layers", o.style_layers)};
  loss[LossKind::kTv].weight = o.tv_weight;
}

void set_run(const NeuralStyleOptions& o, Settings& settings) {
  OptimizerSettings& optimizer = settings.optimizer;
  if (o.optimizer != "lbfgs" && o.optimizer != "adam") {
    throw SettingError("optimizer", fmt::format(" {}: use lbfgs or adam", o.optimizer));
  }
  check_range("lbfgs_num_correction", o.lbfgs_num_correction, 0, 1000);
  check_range("print_iter", o.print_iter, 0, 1'000'000);
  optimizer.optimizer = parse_optimizer(o.optimizer);
  optimizer.iterations = o.num_iterations;
  if (o.lbfgs_num_correction > 0) optimizer.history = o.lbfgs_num_correction;
  if (o.optimizer == "adam") optimizer.learning_rate = o.learning_rate;  // L-BFGS has none
  StartSettings& start = settings.start;
  start.seed = o.seed < 0 ? 0 : static_cast<std::uint64_t>(o.seed);
  if (o.init != "random" && o.init != "image") {
    throw SettingError("init", fmt::format(" {}: use random or image", o.init));
  }
  start.kind = o.init == "image" ? StartSettings::Kind::kContent : StartSettings::Kind::kNoise;
  if (o.init == "image" && !o.init_image.empty()) {
    start.kind = StartSettings::Kind::kFile;
    start.file = o.init_image;
  }
}

RunRequest request_of(const NeuralStyleOptions& o, const Invocation& invocation) {
  RunRequest request;
  request.invocation = invocation;
  request.content = o.content_image;
  std::vector<std::string> styles = split(o.style_image, ',');
  for (std::string& style : styles) style.erase(0, style.find_first_not_of(' '));
  request.styles = picture_files(styles);
  set_network(o, invocation.ranks == nullptr || invocation.ranks->leads(), request.settings);
  set_loss(o, request.settings.loss);
  set_run(o, request.settings);
  PictureSettings& pictures = request.settings.pictures;
  pictures.keep_alpha = false;  // theirs know none
  pictures.size = pictures.style_size = o.image_size;
  pictures.style_scale = o.style_scale;
  if (o.style_blend_weights != "nil") {
    pictures.style_blend = parse_numbers("style_blend_weights", o.style_blend_weights);
  }
  if (o.original_colors != 0) pictures.color = ColorMode::kContent;
  request.output.path = o.output_image;
  request.output.save_every = o.save_iter;
  request.output.checkpoint = o.checkpoint;
  request.output.quiet = o.print_iter == 0;
  return request;
}

/// The error by the name that the option has here.
SettingError translated(const SettingError& error) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"size", "image_size"},
      {"iterations", "num_iterations"},
      {"save-every", "save_iter"},
      {"history", "lbfgs_num_correction"},
      {"style-blend", "style_blend_weights"},
      {"style-scale", "style_scale"},
      {"content-weight", "content_weight"},
      {"style-weight", "style_weight"},
      {"tv-weight", "tv_weight"},
      {"learning-rate", "learning_rate"}};
  const std::string text = error.what();
  for (const auto& [ours, theirs] : kNames) {
    if (text.starts_with(ours) && text.find_first_of(" :") == ours.size()) {
      return SettingError(theirs, text.substr(ours.size()));
    }
  }
  return error;
}

}  // namespace

void add_neural_style_command(CLI::App& app, const Invocation& invocation, const RunAction& act,
                              Action& action) {
  CLI::App* command = app.add_subcommand(
      "neural-style",
      "Run a script for neural-style or neural-style-pt: transfer by their options");
  const auto options = std::make_shared<NeuralStyleOptions>();
  add_options(*command, *options);
  command->footer(
      "Options may have one dash, as theirs have. The loss is theirs (--normalization neural-style "
      "of transfer); the network, the start and the line search are ours, so pictures come out "
      "alike, not the same.\n\nExample:\n  vggstyle neural-style -content_image bridge.jpg "
      "-style_image starry_night.jpg -image_size 256 -num_iterations 300\n");
  command->callback([options, &invocation, act, &action] {
    action = [options, &invocation, act] {
      try {
        return act(request_of(*options, invocation));
      } catch (const SettingError& error) {
        throw translated(error);
      }
    };
  });
}

}  // namespace vggstyle
