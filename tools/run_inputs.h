#pragma once

#include <vector>

#include "net/loss_spec.h"
#include "tools/engine.h"
#include "tools/pictures/picture.h"
#include "tools/run.h"
#include "tools/search.h"

namespace vggstyle {

/// Everything that a run needs, read and checked. The output has the size of `start`.
struct RunInputs {
  Engine engine;
  LossSpec spec;
  Search search;
  std::optional<Picture> content;
  std::vector<Picture> styles;
  std::vector<double> blend;  ///< one weight a style
  Picture start;
};

/// Cheap checks first (options, output), then pictures and weights: nothing that takes long.
/// InputError for anything that cannot be used.
RunInputs prepare(const RunRequest& request);

}  // namespace vggstyle
