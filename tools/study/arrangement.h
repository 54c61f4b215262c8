#pragma once

#include <vector>

#include "tools/pictures/picture.h"
#include "tools/session/engine.h"
#include "tools/session/network_view.h"

namespace vggstyle {

/// Where things are in a picture, roughly: the activations of a layer that knows things (conv4_2),
/// each channel averaged over the fields of a grid. A texture that repeats itself has about the
/// same in every field, wherever its parts are; a scene has not.
struct Arrangement {
  static constexpr int kGrid = 4;
  std::vector<double> values;  ///< channels x kGrid x kGrid
};

/// Root of the sum of squared differences.
double distance(const Arrangement& a, const Arrangement& b);

/// The arrangements of many pictures.
class ArrangementMeter {
 public:
  explicit ArrangementMeter(Engine& engine);

  int layer() const { return layer_; }
  Arrangement operator()(const Picture& picture);

 private:
  int layer_;
  NetworkView view_;
};

}  // namespace vggstyle
