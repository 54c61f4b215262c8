#include "tools/transfer/run_inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/atomic_file.h"
#include "runtime/error.h"
#include "tools/cli/loss_options.h"
#include "tools/cli/numbers.h"
#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"
#include "tools/session/noise.h"
#include "tools/session/sizes.h"
#include "tools/session/style_targets.h"

namespace vggstyle {
namespace {

constexpr Rgb kMidGrey{127.5F, 127.5F, 127.5F};

void check_output(const OutputOptions& output) {
  // Made and removed again: some places look writable and are not.
  const AtomicFile picture(output.path);
  if (!output.log.empty()) const AtomicFile log(output.log);
  if (output.bits != 8 && output.bits != 16) {
    throw InputError(fmt::format("--bits must be 8 or 16, not {}", output.bits));
  }
  check_range("--save-every", output.save_every, 0, 1'000'000);
}

/// The picture whose shape the output takes.
Picture read_model_picture(const RunRequest& request, const Device& device) {
  const bool texture = request.task == Task::kTexture;
  const std::string& path = texture ? request.styles.front() : request.content;
  return to_output_size(read_picture(path, parse_color(request.pictures.background)),
                        request.pictures.size, device);
}

Picture start_picture(const Optimization& optimization, const RunRequest& request, int width,
                      int height) {
  const std::string& init = optimization.search.init;
  if (init == "noise") {
    const Rgb mean =
        optimization.styles.empty() ? kMidGrey : mean_color(optimization.styles.front());
    return noise_picture(width, height, mean, noise_deviation(request.task),
                         optimization.search.seed);
  }
  if (init == "content") {
    if (!optimization.content)
      throw InputError("--init content: a texture has no content; use noise");
    return *optimization.content;
  }
  if (init == "style") {
    if (optimization.styles.empty())
      throw InputError("--init style: there is no style here; use noise");
    return resize(optimization.styles.front(), width, height);
  }
  return resize(read_picture(init, parse_color(request.pictures.background)), width, height);
}

void check_something_to_minimise(const LossSpec& spec) {
  if (spec.style_layers.empty() && spec.content_layers.empty() && spec.tv_weight == 0) {
    throw InputError("every weight is 0, so there is nothing to minimise");
  }
}

}  // namespace

Optimization prepare_optimization(const RunRequest& request, const Engine& engine) {
  check_sizes(request.pictures);
  Optimization optimization{
      {},
      make_search(request.search, parse_normalization(request.loss.normalization), request.task),
      {},
      {},
      blend_weights(request.pictures.style_blend, request.styles.size()),
      {}};
  const Picture shape = read_model_picture(request, *engine.device);
  optimization.styles = read_styles(request.styles, request.pictures,
                                    std::max(shape.width, shape.height), *engine.device);
  if (request.task != Task::kTexture) optimization.content = shape;
  optimization.start = start_picture(optimization, request, shape.width, shape.height);
  optimization.spec = make_loss_spec(request.loss, request.task, engine.weights.model);
  check_something_to_minimise(optimization.spec);
  engine.require(deepest_layer(optimization.spec));
  return optimization;
}

RunInputs prepare(const RunRequest& request) {
  check_output(request.output);
  Engine engine = make_engine(make_device(request.network), request.network);
  Optimization optimization = prepare_optimization(request, engine);
  return {std::move(engine), std::move(optimization)};
}

}  // namespace vggstyle
