#include "tools/session/expected_time.h"

#include <algorithm>
#include <chrono>

#include "net/graph.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/resize.h"
#include "tools/session/overflow.h"
#include "tools/session/style_targets.h"

namespace vggstyle {

double measured_seconds(Engine& engine, const LossSpec& spec, PictureSize size) {
  const auto [width, height] = fit_longest_side(
      size.first, size.second, std::min(kTimedSize, std::max(size.first, size.second)));
  const Picture picture = contrive("scene", width, height, 1);
  const Picture style = contrive("strokes", width, height, 1);
  Graph graph(*engine.backend, engine.weights, height, width, spec,
              {.balance = choose_units(engine, spec, picture, picture, {style}, {1.0})});
  set_targets(graph, engine, style, {style}, {1.0});
  const std::size_t bytes = picture.rgb.size() * sizeof(float);
  const Buffer x(*engine.device, bytes), gradient(*engine.device, bytes);
  engine.device->upload(x.data(), picture.rgb.data(), bytes);
  graph.evaluate(x.as<float>(), gradient.as<float>());
  const auto start = std::chrono::steady_clock::now();
  graph.evaluate(x.as<float>(), gradient.as<float>());
  engine.device->synchronize();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  const auto work = [&](Shape pixels) {
    return graph_cost(engine.weights.model, pixels, spec, engine.storage()).flop();
  };
  const double timed = work(graph.pixel_shape());
  return timed > 0 ? taken.count() * work({3, size.second, size.first}) / timed : taken.count();
}

}  // namespace vggstyle
