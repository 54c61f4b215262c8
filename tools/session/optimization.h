#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "net/graph.h"
#include "tools/pictures/picture.h"
#include "tools/session/engine.h"
#include "tools/session/run_memory.h"
#include "tools/session/search.h"

namespace vggstyle {

/// One optimisation of a picture's pixels: everything that it needs but the network.
struct Optimization {
  LossSpec spec;
  Search search;
  std::optional<Picture> content;  ///< of the size of `start`
  std::vector<Picture> styles;
  std::vector<double> blend;  ///< one weight a style
  Picture start;              ///< the picture that is made has its size
};

struct Optimized {
  Picture picture;
  Result result;
  LossValues first, last;  ///< the terms at the start, and of `picture`
};

/// Called at the start and after each accepted step; false stops the optimisation.
using StepCallback = std::function<bool(const Progress&, const LossValues&)>;

/// The bytes that optimize() takes with this device and precision.
double memory_needed(const Optimization& optimization, const Engine& engine);
/// The same; InputError if they are not free, with the largest --size that fits.
double check_memory(const Optimization& optimization, const Engine& engine);

/// Minimises. The same arguments give the same picture for any number of threads. InputError if
/// the loss is not finite, with the layer where that began.
Optimized optimize(Engine& engine, const Optimization& optimization, const StepCallback& callback);

}  // namespace vggstyle
