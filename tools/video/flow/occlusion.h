#pragma once

#include "tools/pictures/picture.h"
#include "tools/video/flow/flow.h"

namespace vggstyle {

/// What of a frame was there in the one before, as grey pictures of its size: white where it is so, black elsewhere.
struct Seen {
  /// Not disoccluded: the flow leads into the last frame, and the flow of that leads back.
  Picture there;
  /// And not at the edge of something that moves, where flow is inexact: the weights c of the temporal loss.
  Picture counts;
};

/// Ruder, Dosovitskiy and Brox 2016 (arXiv 1604.08610), eq. 3 and 4. With w the flow from the last frame to this one,
/// w' from this one to the last, and w~ the value of w where w' leads, a pixel is disoccluded if
///
///   |w~ + w'|^2 > 0.01 (|w~|^2 + |w'|^2) + 0.5
///
/// or w' leads out of the picture; it is at an edge of motion if, with central differences,
///
///   |grad u'|^2 + |grad v'|^2 > 0.01 |w'|^2 + 0.002
Seen seen_before(const Flow& from_last, const Flow& to_last);

}  // namespace vggstyle
