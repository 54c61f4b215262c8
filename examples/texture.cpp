// Embeds the engine: a texture after a picture, by L-BFGS on the processor.
//
//   example_texture WEIGHTS.h5 STYLE.png OUT.png

#include <cstdio>

#include "optim/graph_objective.h"
#include "optim/lbfgs.h"
#include "runtime/cpu_device.h"
#include "runtime/error.h"
#include "tools/pictures/read.h"
#include "tools/pictures/white_noise.h"
#include "tools/pictures/write.h"
#include "weights/load.h"

using namespace vggstyle;

int main(int argc, char** argv) try {
  if (argc != 4) throw InputError("usage: example_texture WEIGHTS.h5 STYLE.png OUT.png");
  const auto device = make_cpu_device();
  const auto backend = make_cpu_backend(*device);
  const NetworkWeights weights = load_weights(argv[1]);
  const Picture style = read_picture(argv[2]);

  // What to compare: the Gram matrices of the first three layers. A graph knows how to compute that
  // loss of a picture, and its gradient.
  LossSpec spec;
  spec[LossKind::kStyle] = {1, {{0}, {1}, {2}}};
  Graph graph(*backend, weights, style.height, style.width, spec);
  graph.set_style_targets(graph.style_statistics(style.rgb.data()));

  // Where to begin: noise of the style's mean colour, in the device's memory.
  Picture picture = noise_picture(style.width, style.height, mean_color(style), 20, 1);
  const Buffer x(*device, picture.rgb.size() * sizeof(float));
  device->upload(x.data(), picture.rgb.data(), x.bytes());

  GraphObjective objective(graph);
  LbfgsOptions options;
  options.max_evaluations = 60;
  options.bounds = Bounds{};  // 0 to 255
  minimize(objective, backend->vector_ops(), x.as<float>(), options, [](const Progress& progress) {
    std::printf("%d %g\n", progress.iterations, progress.value.total);
    return true;  // go on
  });
  device->download(picture.rgb.data(), x.data(), x.bytes());
  write_png(argv[3], picture, 8);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "example_texture: error: %s\n", error.what());
  return 1;
}
