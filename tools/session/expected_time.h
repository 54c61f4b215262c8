#pragma once

#include "tools/session/engine.h"
#include "tools/session/memory.h"

namespace vggstyle {

/// The longest side of the evaluation that measured_seconds() times.
inline constexpr int kTimedSize = 192;

/// Seconds of one evaluation of this loss at `size` on this engine, from one of a small picture of
/// the same shape that is timed now, by its share of the work.
double measured_seconds(Engine& engine, const LossSpec& loss, PictureSize size);

}  // namespace vggstyle
