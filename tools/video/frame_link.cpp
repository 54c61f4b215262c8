#include "tools/video/frame_link.h"

#include <cmath>
#include <numeric>

#include "tools/session/pictures/color_transfer.h"
#include "tools/session/pictures/masks.h"
#include "tools/video/flow/warp.h"

namespace vggstyle {

FrameLink::FrameLink(const Picture& last, const Picture& now)
    : to_last_(optical_flow(now, last)), seen_(seen_before(optical_flow(last, now), to_last_)) {}

Picture FrameLink::moved(const Picture& last_result) const {
  return warp(last_result, to_last_);
}

double FrameLink::share_that_counts() const {
  const std::vector<float> weights = mask_weights(seen_.counts);
  return std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
}

bool FrameLink::hold(ProblemSpec& problem, const Picture& last_result) const {
  if (share_that_counts() < kLeastSeen) return false;
  Picture target = moved(last_result);
  if (problem.color == ColorMode::kLuminance) target = gray(target);  // as the run's own pixels are
  problem.start = covered(target, problem.start, {&seen_.there});
  problem.temporal = {std::move(target), seen_.counts};
  return true;
}

std::optional<double> FrameLink::flicker(const Picture& last_result, const Picture& result) const {
  const Picture target = moved(last_result);
  const std::vector<float> weights = mask_weights(seen_.counts);
  const double count = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (count == 0) return std::nullopt;
  double sum = 0;
  for (int c = 0; c < 3; ++c) {
    const float *is = result.plane(c), *was = target.plane(c);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double difference = static_cast<double>(is[i]) - static_cast<double>(was[i]);
      sum += static_cast<double>(weights[i]) * difference * difference;
    }
  }
  return std::sqrt(sum / (3 * count));
}

}  // namespace vggstyle
