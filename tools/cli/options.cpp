#include "tools/cli/options.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <charconv>

#include "runtime/error.h"
#include "tools/cli/parsed_option.h"
#include "tools/session/settings/check.h"
#include "tools/session/settings/color.h"
#include "tools/session/settings/defaults.h"
#include "tools/session/settings/layer_names.h"
#include "tools/session/settings/masks.h"
#include "tools/session/settings/numbers.h"

namespace vggstyle {
namespace {

/// "cuda:1": which device; "cpu:avx2": by which instructions.
void parse_device(const std::string& text, DeviceSettings& device) {
  using Kind = DeviceSettings::Kind;
  device.index = 0;
  device.instructions.clear();
  constexpr std::string_view kPrefix = "cuda:", kCpuPrefix = "cpu:";
  if (text == "auto" || text == "cpu" || text == "cuda") {
    device.kind = text == "auto" ? Kind::kAuto : text == "cpu" ? Kind::kCpu : Kind::kCuda;
    return;
  }
  if (text.rfind(kCpuPrefix, 0) == 0 && text.size() > kCpuPrefix.size()) {
    device.kind = Kind::kCpu;
    device.instructions = text.substr(kCpuPrefix.size());
    return;
  }
  if (text.rfind(kPrefix, 0) != 0) {
    throw InputError(
        fmt::format("unknown device '{}': use auto, cpu, cuda, cuda:N or, as 'vggstyle devices' "
                    "lists them, cpu:KERNELS",
                    text));
  }
  device.kind = Kind::kCuda;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + kPrefix.size(), end, device.index);
  if (error != std::errc() || stop != end || device.index < 0) {
    throw SettingError("device",
                       fmt::format(" {}: a number must follow the colon, as in cuda:0", text));
  }
}

std::optional<Precision> parse_precision_setting(const std::string& text) {
  if (text == "auto") return std::nullopt;
  const std::optional<Precision> precision = parse_precision(text);
  if (!precision) {
    throw SettingError("precision",
                       fmt::format(" {}: use fp32, 3xtf32, tf32, fp16, bf16 or auto", text));
  }
  return precision;
}

/// Whether a word is the second of two and not the first.
auto second_of(const char* setting, const char* first, const char* second) {
  return [=](const std::string& text) {
    if (text != first && text != second) {
      throw SettingError(setting, fmt::format(" {}: use {} or {}", text, first, second));
    }
    return text == second;
  };
}

/// noise, content, style, or else a file.
void parse_start(const std::string& text, StartSettings& start) {
  using Kind = StartSettings::Kind;
  start.kind = text == "noise"     ? Kind::kNoise
               : text == "content" ? Kind::kContent
               : text == "style"   ? Kind::kStyle
                                   : Kind::kFile;
  if (start.kind == Kind::kFile) start.file = text;
}

/// "2G", "500 MB": bytes, in units of 1024.
double parse_memory(const std::string& text) {
  constexpr double kLeast = 0x1p26, kMost = 0x1p50;
  std::string number = text;
  double bytes = 0;
  // CLI11 says by an empty string that it could read it, and that it could not by an exception, too.
  try {
    if (CLI::AsSizeValue(false)(number).empty()) bytes = std::stod(number);
  } catch (const CLI::Error&) {
  }
  if (bytes >= kLeast && bytes <= kMost) return bytes;
  throw SettingError("memory", " must be from 64M to 1024T, as in 2G or 500M, not '" + text + "'");
}

}  // namespace

void add_memory_option(CLI::App& app, DeviceSettings& device) {
  add_parsed_option(
      app, "--memory", device.memory, parse_memory,
      "the most memory that the run takes, as in 2G or 500M: what needs more is computed "
      "in tiles, which changes the result only by rounding; default: what is free")
      ->type_name("SIZE")
      ->group("Network and device");
}

void add_network_options(CLI::App& app, NetworkSettings& network, DeviceSettings& device) {
  const char* group = "Network and device";
  app.add_option("--weights", network.weights,
                 "HDF5 weights in any Keras layout, torchvision's as .safetensors, or 'synthetic' "
                 "for random filters; default: "
                 "$VGGSTYLE_WEIGHTS if set, else the published weights if weights/fetch.sh has "
                 "fetched them, else the house weights")
      ->group(group);
  add_parsed_option(app, "--model", network.model, parse_model,
                    "vgg16 or vgg19; default: whichever the weights are for")
      ->group(group);
  add_parsed_option(app, "--preprocessing", network.preprocessing, parse_preprocessing,
                    "input convention of the network: caffe (BGR minus means) or torch (normalised "
                    "RGB); default: what the weights file says, else caffe; torch for .safetensors")
      ->group(group);
  app.add_option_function<std::string>(
         "--device", [&device](const std::string& text) { parse_device(text, device); },
         "where to compute: auto, cpu, cuda or cuda:N; auto takes the first usable GPU, else the "
         "CPU, with the best kernels for it; cpu:KERNELS asks for others that 'vggstyle devices' "
         "lists")
      ->group(group)
      ->default_str("auto");
  add_parsed_option(app, "--precision", device.precision, parse_precision_setting,
                    "precision on a GPU: fp32, 3xtf32, tf32, fp16, bf16 or auto (tf32 if the GPU "
                    "supports it); the CPU always computes in fp32",
                    "auto")
      ->group(group);
  add_parsed_option(app, "--kernels", device.plain_kernels, second_of("kernels", "fast", "plain"),
                    "GPU kernels: fast, or plain (slow, but easy to read and to trust)", "fast")
      ->group(group);
  add_parsed_option(app, "--conv", device.cudnn, second_of("conv", "native", "cudnn"),
                    "GPU convolutions: native, or cudnn for comparison", "native")
      ->group(group);
  add_parsed_option(
      app, "--gram-product", device.cublas, second_of("gram-product", "native", "cublas"),
      "GPU Gram products: native, or cublas for comparison (fp16 and bf16 only)", "native")
      ->group(group);
  app.add_option("--threads", device.threads,
                 "CPU threads; 0 uses every core; the result does not depend on it")
      ->group(group)
      ->capture_default_str();
}

CLI::Option* add_layers_option(CLI::App& app, const std::string& name, std::string_view setting,
                               std::optional<LayerNames>& layers, const std::string& description) {
  return add_parsed_option(
      app, name, layers,
      [setting](const std::string& text) { return parse_layer_names(setting, text); }, description);
}

CLI::Option* add_pooling_option(CLI::App& app, Pooling& pooling) {
  return add_parsed_option(
      app, "--pooling", pooling, parse_pooling,
      "what a pool takes of four activations: max, avg or l2 (root of the mean "
      "square, between the two)",
      "max");
}

void add_loss_options(CLI::App& app, LossSettings& loss, LossChoice choice) {
  const char* group = "Loss";
  LossSettings::Group& style = loss[LossKind::kStyle];
  LossSettings::Group& content = loss[LossKind::kContent];
  if (choice.style) {
    add_layers_option(app, "--style-layers", "style-layers", style.layers,
                      "layers of the style loss: LAYER[:WEIGHT],... or 'all'; a layer is named "
                      "conv2_1, block2_conv1 or 3, and 'pixels' stands for the colours themselves")
        ->group(group);
    add_parsed_option(
        app, "--style-loss", loss.style_form, parse_style_form,
        "what defines the style of a layer: gram (its Gram matrices), moments (mean and "
        "deviation of each channel) or wasserstein (the optimal transport between normal "
        "distributions; slower)",
        "gram")
        ->group(group);
    add_parsed_option(app, "--gram", loss.gram, parse_gram_mode,
                      "Gram matrices of --style-loss gram: raw, centered or both")
        ->group(group);
    app.add_option("--style-weight", style.weight, "overall weight of the style loss")
        ->group(group);
  }
  if (choice.content) {
    add_layers_option(app, "--content-layers", "content-layers", content.layers,
                      "layers of the content loss: LAYER[:WEIGHT],...")
        ->group(group);
    app.add_option(
           "--content-weight", content.weight,
           "overall weight of the content loss; higher values keep more of the content picture")
        ->group(group);
  }
  app.add_option("--tv-weight", loss[LossKind::kTv].weight,
                 "weight of the total variation loss; higher values give a smoother picture")
      ->group(group);
  add_parsed_option(
      app, "--tv-kind", loss.tv_kind, parse_total_variation,
      "differences of neighbouring pixels in the total variation: absolute (L1), squared (L2) or "
      "isotropic (root of both directions' squares: slanted edges cost no more than upright ones); "
      "default: squared with relative and gatys, absolute with neural-style and tutorial")
      ->group(group);
  add_parsed_option(app, "--normalization", loss.normalization, parse_normalization,
                    "how the loss terms are scaled: relative, gatys, neural-style or tutorial; "
                    "each has its own default layers and weights",
                    "relative")
      ->group(group);
  add_pooling_option(app, loss.pooling)->group(group);
  add_parsed_option(
      app, "--padding", loss.padding, parse_padding,
      "what convolutions find beyond the border: zero, reflect, replicate or circular "
      "(the opposite side); cuDNN has zero only; default: zero, and reflect with regions or "
      "transparency")
      ->group(group);
}

void add_picture_options(CLI::App& app, PictureSettings& pictures, bool with_style) {
  const char* group = "Pictures";
  app.add_option(
         "--size", pictures.size,
         "longest side of the result in pixels; default: 512, but never larger than the picture")
      ->group(group);
  if (with_style) {
    app.add_option("--style-size", pictures.style_size,
                   "longest side of each style picture in pixels; default: the same as --size, but "
                   "never larger than the picture")
        ->group(group);
    app.add_option("--style-scale", pictures.style_scale,
                   "scale the style pictures by this factor; above 1, brush strokes get larger")
        ->group(group);
    add_parsed_option(
        app, "--style-blend", pictures.style_blend,
        [](const std::string& text) {
          return text.empty() ? std::vector<double>{} : parse_numbers("style-blend", text);
        },
        "relative weights of the styles: W1,W2,...; default: all equal")
        ->group(group);
  }
  app.add_option("--max-megapixels", pictures.reading.max_megapixels,
                 "largest picture that is read, in millions of pixels")
      ->capture_default_str()
      ->group(group);
}

namespace {

/// Circular padding, and sides that suit it.
void add_tileable_option(CLI::App& app, Settings& settings) {
  app.add_flag_callback(
         "--tileable",
         [&settings] {
           settings.loss.padding = Padding::kCircular;
           settings.pictures.tileable = true;
         },
         "make a seamless tile: --padding circular, and sides rounded to what the network's pools "
         "divide exactly")
      ->excludes(app.get_option("--padding"))
      ->group("Pictures");
}

void add_color_option(CLI::App& app, ColorMode& color) {
  add_parsed_option(
      app, "--color", color, parse_color_mode,
      "colours of the result: style; content (its colours, painted); luminance (the "
      "same, and the style counts as grey); match or match-cholesky (the style's, mapped to the "
      "content's mean and covariance before the run, by what is not transparent); only (new "
      "colours, no strokes)",
      "style")
      ->group("Pictures");
}

void add_transparency_option(CLI::App& app, PictureSettings& pictures) {
  app.add_option_function<std::string>(
         "--background",
         [&pictures](const std::string& text) {
           pictures.reading.background = parse_color("background", text);
           pictures.keep_alpha = false;
         },
         "colour to put behind transparent pixels: white, black or #rrggbb; without it what is "
         "transparent in the content stays so, and transparent pixels of the content and the "
         "styles do not count")
      ->type_name("TEXT")
      ->group("Pictures");
}

/// Given once for each mask.
void add_mask_option(CLI::App& app, const std::string& setting, std::vector<MaskSource>& masks,
                     const std::string& description) {
  app.add_option_function<std::vector<std::string>>(
         "--" + setting,
         [setting, &masks](const std::vector<std::string>& texts) {
           masks.clear();
           for (const std::string& text : texts) masks.push_back(parse_mask(setting, text));
         },
         description)
      ->allow_extra_args(false)
      ->type_name("TEXT")
      ->group("Pictures");
}

void add_optimizer_options(CLI::App& app, OptimizerSettings& optimizer, StartSettings& start) {
  const char* group = "Optimisation";
  app.add_option("--iterations", optimizer.iterations,
                 "number of evaluations of value and gradient; run time is proportional to it")
      ->group(group);
  app.add_flag("--until-quiet", optimizer.until_quiet,
               fmt::format("stop when the loss falls by less than 1 % in 20 evaluations, but after "
                           "{} evaluations at the latest, or after --iterations",
                           kMostUntilQuiet))
      ->group(group);
  app.add_option("--scales", optimizer.scales,
                 "coarse to fine: sizes to go through, each twice the one before, the last one "
                 "--size, with --iterations evaluations at each; large forms come out larger")
      ->group(group)
      ->capture_default_str();
  add_parsed_option(app, "--optimizer", optimizer.optimizer, parse_optimizer,
                    "optimiser: lbfgs, adam or gd (gradient descent as in the tutorial)")
      ->group(group);
  app.add_option("--history", optimizer.history, "number of curvature pairs that L-BFGS keeps")
      ->group(group);
  add_parsed_option(app, "--preconditioner", optimizer.preconditioner, parse_preconditioning,
                    "what L-BFGS starts from: pyramid (large forms change first, fewer "
                    "iterations for the same loss; default of the normalization relative) or none")
      ->group(group);
  app.add_option("--learning-rate", optimizer.learning_rate,
                 "step size of adam or gd, in units of pixel values (0..255)")
      ->group(group);
  app.add_option_function<std::string>(
         "--init", [&start](const std::string& text) { parse_start(text, start); },
         "starting picture: noise, content, style or a file")
      ->group(group);
  app.add_option("--seed", start.seed, "seed of the noise")->group(group)->capture_default_str();
}

}  // namespace

void add_background_option(CLI::App& app, PictureSettings& pictures) {
  pictures.keep_alpha = false;
  add_parsed_option(
      app, "--background", pictures.reading.background,
      [](const std::string& text) { return parse_color("background", text); },
      "colour shown behind transparent pixels: white, black or #rrggbb", "white")
      ->group("Pictures");
}

void add_run_options(CLI::App& app, Settings& settings, LossChoice losses) {
  add_loss_options(app, settings.loss, losses);
  add_picture_options(app, settings.pictures, losses.style);
  add_transparency_option(app, settings.pictures);
  if (losses.style && losses.content) {
    add_color_option(app, settings.pictures.color);
    add_mask_option(
        app, "content-mask", settings.pictures.content_masks,
        "[NAME=]MASK: a region of the content with a style of its own; give it once for "
        "each region. Regions take the styles in their order, or share a single one; what "
        "no mask covers stays as it is. MASK is a grey picture of the content's shape, "
        "white where the region is, or alpha, luma:LOW-HIGH (0 to 1), "
        "color:#rrggbb[:TOLERANCE] (all of it up to that distance, nothing from twice as far "
        "on; default: 40) or, last, rest: what the others leave");
    add_parsed_option(
        app, "--region-content", settings.pictures.region_content,
        [](const std::string& text) {
          return text.empty() ? std::vector<double>{} : parse_numbers("region-content", text);
        },
        "how much the content counts in each region, in the order of --content-mask: W1,W2,..., "
        "times --content-weight; default: 1 each")
        ->group("Pictures");
  }
  if (losses.style) {
    add_tileable_option(app, settings);
    add_mask_option(app, "style-mask", settings.pictures.style_masks,
                    "[NAME=]MASK: the part of a style that counts; for the region of this name, or "
                    "else in the order of regions or styles");
  }
  add_optimizer_options(app, settings.optimizer, settings.start);
  add_network_options(app, settings.network, settings.device);
}

void add_output_path(CLI::App& app, std::string& path, const std::string& standard,
                     const std::string& description) {
  path = standard;
  CLI::Option* option = app.add_option("-o,--output", path, description)->group("Output");
  if (standard.empty()) {
    option->required();
  } else {
    option->capture_default_str();
  }
}

}  // namespace vggstyle
