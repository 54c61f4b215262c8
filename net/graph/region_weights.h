#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "kernels/position_weights.h"
#include "kernels/tensor.h"
#include "net/graph/graph_plan.h"
#include "runtime/arena.h"

namespace vggstyle {

/// A part of a picture with styles of its own: how much of each pixel belongs to it, 0 to 1, row by row.
/// Regions may overlap, and need not cover the picture.
struct StyleRegion {
  std::string name;  ///< for messages
  std::vector<float> weights;
};

/// The weights of regions, and of pixels for the content, at every size that the activations of a graph have. A pool takes means of
/// 2 x 2 weights, as the average pool does of activations, so that soft edges stay soft.
class RegionWeights {
 public:
  /// For the layers of `plan`. `content` are the weights of kContentWeights, or empty. InputError if a
  /// layer has next to nothing of a region that one of its terms looks at.
  RegionWeights(const std::vector<StyleRegion>& regions, const std::vector<float>& content,
                const GraphPlan& plan);

  /// Takes its memory from `arena`; upload() once that is allocated.
  void reserve(Arena& arena);
  void upload(Device& device);

  /// Those that there are, of kContentWeights too.
  std::vector<int> regions() const;
  /// Of a layer's positions, on the host, until upload() is called.
  const std::vector<float>& on_host(int region, const Shape& shape) const {
    return level(region, shape).weights;
  }
  std::size_t host_bytes() const;
  /// Of a layer's positions. Null for kWholePicture.
  PositionWeights at(int region, const Shape& shape) const;
  /// A region's mean weight over the picture.
  double share(int region) const { return shares_.at(region); }

 private:
  /// One region at one size.
  struct Level {
    int region;
    Shape shape;  ///< channels are 1
    std::vector<float> weights;
    float* on_device = nullptr;
    double sum = 0;
  };

  const Level& level(int region, const Shape& shape) const;
  void add(int region, const std::string& name, const std::vector<float>& weights,
           const GraphPlan& plan);

  std::map<int, double> shares_;
  std::deque<Level> levels_;  ///< an arena holds pointers into it
};

}  // namespace vggstyle
