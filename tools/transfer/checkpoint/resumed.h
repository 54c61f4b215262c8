#pragma once

#include "tools/session/checkpoint/generations.h"
#include "tools/transfer/checkpoint/run_record.h"

namespace vggstyle {

/// A checkpoint that a run goes on from.
struct Resumed {
  Generations generations;
  Checkpoint checkpoint;
  RunRecord record;
};

}  // namespace vggstyle
