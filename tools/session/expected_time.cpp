#include "tools/session/expected_time.h"

#include <algorithm>
#include <chrono>

#include "tools/contrive/contrive.h"
#include "tools/pictures/resize.h"
#include "tools/session/problem.h"

namespace vggstyle {

double measured_seconds(Engine& engine, const LossSpec& loss, PictureSize size) {
  const auto [width, height] = fit_longest_side(
      size.first, size.second, std::min(kTimedSize, std::max(size.first, size.second)));
  const Picture style = contrive("strokes", width, height, 1);
  ProblemSpec spec{.loss = loss,
                   .content = style,
                   .styles = {style},
                   .blend = {1.0},
                   .start = contrive("scene", width, height, 1)};
  Picture white = style;
  std::ranges::fill(white.rgb, 255.0F);
  for (int r = 0; r < loss.regions; ++r) spec.regions.push_back({"all", white});
  if (loss.content_weights) spec.alpha = white;
  if (loss.regions > 0) spec.styles.assign(spec.regions.size(), style);
  Problem problem(engine, spec);
  problem.evaluate();
  const auto start = std::chrono::steady_clock::now();
  problem.evaluate();
  engine.device->synchronize();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  const auto work = [&](Shape pixels) {
    return plan_graph(engine.model(), pixels, loss, engine.backend->storage()).flop();
  };
  const double timed = work(problem.graph().pixel_shape());
  return timed > 0 ? taken.count() * work({3, size.second, size.first}) / timed : taken.count();
}

}  // namespace vggstyle
