#pragma once

#include <optional>

#include "tools/session/problem.h"
#include "tools/video/flow/flow.h"
#include "tools/video/flow/occlusion.h"

namespace vggstyle {

/// How a frame hangs together with the one before it.
class FrameLink {
 public:
  /// By the frames as they were filmed, of one size. Errors as optical_flow().
  FrameLink(const Picture& last, const Picture& now);

  /// The result of the last frame, moved along.
  Picture moved(const Picture& last_result) const;

  /// Holds a frame's problem to the last frame's result: it starts from that, moved along, where that shows the same,
  /// and elsewhere as it would on its own; and it has that as its temporal target. A frame of which less than
  /// kLeastSeen counts, as after a cut, stays on its own: false.
  bool hold(ProblemSpec& problem, const Picture& last_result) const;
  static constexpr double kLeastSeen = 0.1;

  /// How much `result` differs from the last one, moved along, where that counts: the root of the mean square, in
  /// pixel values of 0..255. Empty if nothing does.
  std::optional<double> flicker(const Picture& last_result, const Picture& result) const;

 private:
  double share_that_counts() const;

  Flow to_last_;
  Seen seen_;
};

}  // namespace vggstyle
