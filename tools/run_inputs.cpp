#include "tools/run_inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/atomic_file.h"
#include "runtime/error.h"
#include "tools/loss_options.h"
#include "tools/noise.h"
#include "tools/numbers.h"
#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"
#include "tools/sizes.h"
#include "tools/style_targets.h"

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

Picture start_picture(const RunInputs& inputs, const RunRequest& request, int width, int height) {
  const std::string& init = inputs.search.init;
  if (init == "noise") {
    const Rgb mean = inputs.styles.empty() ? kMidGrey : mean_color(inputs.styles.front());
    return noise_picture(width, height, mean, noise_deviation(request.task), inputs.search.seed);
  }
  if (init == "content") {
    if (!inputs.content) throw InputError("--init content: a texture has no content; use noise");
    return *inputs.content;
  }
  if (init == "style") {
    if (inputs.styles.empty()) throw InputError("--init style: there is no style here; use noise");
    return resize(inputs.styles.front(), width, height);
  }
  return resize(read_picture(init, parse_color(request.pictures.background)), width, height);
}

void check_something_to_minimise(const LossSpec& spec) {
  if (spec.style_layers.empty() && spec.content_layers.empty() && spec.tv_weight == 0) {
    throw InputError("every weight is 0, so there is nothing to minimise");
  }
}

}  // namespace

RunInputs prepare(const RunRequest& request) {
  check_output(request.output);
  check_sizes(request.pictures);
  const std::vector<double> blend =
      blend_weights(request.pictures.style_blend, request.styles.size());
  const Search search =
      make_search(request.search, parse_normalization(request.loss.normalization), request.task);

  std::unique_ptr<Device> device = make_device(request.network);
  const Picture shape = read_model_picture(request, *device);
  RunInputs inputs{{}, {}, search, {}, {}, blend, {}};
  inputs.styles =
      read_styles(request.styles, request.pictures, std::max(shape.width, shape.height), *device);
  if (request.task != Task::kTexture) inputs.content = shape;
  inputs.start = start_picture(inputs, request, shape.width, shape.height);

  inputs.engine = make_engine(std::move(device), request.network);
  inputs.spec = make_loss_spec(request.loss, request.task, inputs.engine.weights.model);
  check_something_to_minimise(inputs.spec);
  inputs.engine.require(deepest_layer(inputs.spec));
  return inputs;
}

}  // namespace vggstyle
