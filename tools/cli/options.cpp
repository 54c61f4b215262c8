#include "tools/cli/options.h"

#include <CLI/CLI.hpp>

namespace vggstyle {

void add_network_options(CLI::App& app, NetworkOptions& options) {
  const char* group = "Network and device";
  app.add_option("--weights", options.weights,
                 "HDF5 file (any Keras layout), or 'synthetic' for random filters; default: "
                 "$VGGSTYLE_WEIGHTS, what weights/fetch.sh got, or the house weights")
      ->group(group);
  app.add_option("--model", options.model, "vgg16 or vgg19; default: as the weights show")
      ->group(group);
  app.add_option("--preprocessing", options.preprocessing,
                 "caffe or torch: what the network's first layer expects; default: as the weights "
                 "say, else caffe")
      ->group(group);
  app.add_option("--device", options.device,
                 "auto, cpu, cuda or cuda:N; auto: the first GPU that can be used, else the CPU")
      ->group(group)
      ->capture_default_str();
  app.add_option("--precision", options.precision,
                 "of a GPU: fp32, 3xtf32, tf32, fp16, bf16 or auto (tf32, where the GPU has it); "
                 "the CPU computes in fp32")
      ->group(group)
      ->capture_default_str();
  app.add_option("--kernels", options.kernels,
                 "of a GPU: fast, or plain: slow ones that are easy to read and to trust")
      ->group(group)
      ->capture_default_str();
  app.add_option("--conv", options.conv, "of a GPU: native, or cudnn, to compare with")
      ->group(group)
      ->capture_default_str();
  app.add_option("--gram-product", options.gram_product,
                 "of a GPU: native, or (fp16 and bf16) cublas, to compare with")
      ->group(group)
      ->capture_default_str();
  app.add_option("--threads", options.threads, "0 for every core; never changes a result")
      ->group(group)
      ->capture_default_str();
}

void add_loss_options(CLI::App& app, LossOptions& options, LossChoice choice) {
  const char* group = "What is minimised";
  if (choice.style) {
    app.add_option("--style-layers", options.style_layers,
                   "LAYER[:WEIGHT],... or 'all'; names as conv2_1, block2_conv1 or 3, and "
                   "'pixels' for the colours themselves")
        ->group(group);
    app.add_option("--gram", options.gram,
                   "raw, centered or both: which second moments make a style")
        ->group(group);
    app.add_option("--style-weight", options.style_weight, "of the style loss as a whole")
        ->group(group);
  }
  if (choice.content) {
    app.add_option("--content-layers", options.content_layers, "LAYER[:WEIGHT],...")->group(group);
    app.add_option("--content-weight", options.content_weight,
                   "of the content loss as a whole: higher keeps more of the picture")
        ->group(group);
  }
  app.add_option("--tv-weight", options.tv_weight, "of the total variation: smooths")->group(group);
  app.add_option("--normalization", options.normalization,
                 "relative, gatys, neural-style or tutorial: how the terms are scaled; brings its "
                 "own default layers and weights")
      ->group(group)
      ->capture_default_str();
  app.add_option("--pooling", options.pooling, "max or avg")->group(group)->capture_default_str();
}

void add_picture_options(CLI::App& app, PictureOptions& options, bool with_style) {
  const char* group = "Pictures";
  app.add_option("--size", options.size,
                 "longest side in pixels; default: 512, or less if the picture is smaller")
      ->group(group);
  if (with_style) {
    app.add_option("--style-size", options.style_size,
                   "longest side of the styles in pixels; default: as --size, or less if the style "
                   "is smaller")
        ->group(group);
    app.add_option("--style-scale", options.style_scale,
                   "size of the styles relative to that: larger brush strokes above 1")
        ->group(group);
    app.add_option("--style-blend", options.style_blend,
                   "W1,W2,...: how much of each style; default: all the same")
        ->group(group);
  }
  app.add_option("--background", options.background,
                 "colour behind transparent pixels: white, black or #rrggbb")
      ->group(group)
      ->capture_default_str();
}

void add_search_options(CLI::App& app, SearchOptions& options) {
  const char* group = "Optimisation";
  app.add_option("--iterations", options.iterations,
                 "evaluations of value and gradient, which is what time goes into")
      ->group(group);
  app.add_option("--optimizer", options.optimizer, "lbfgs, adam or gd (the tutorial's descent)")
      ->group(group);
  app.add_option("--history", options.history, "pairs that L-BFGS remembers")->group(group);
  app.add_option("--learning-rate", options.learning_rate,
                 "step of adam or gd, in pixel values of 0..255")
      ->group(group);
  app.add_option("--init", options.init, "where to start: noise, content, style or a picture file")
      ->group(group);
  app.add_option("--seed", options.seed, "of the noise")->group(group)->capture_default_str();
}

void add_output_options(CLI::App& app, OutputOptions& options) {
  const char* group = "Output";
  app.add_option("--bits", options.bits, "8 or 16 a channel")->group(group)->capture_default_str();
  app.add_option("--save-every", options.save_every,
                 "N: also write the picture so far every N evaluations, as NAME-0050.png")
      ->group(group);
  app.add_option("--log", options.log, "file for one JSON object per step: loss, terms, time")
      ->group(group);
  app.add_flag("--quiet", options.quiet, "print errors only")->group(group);
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
