#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "net/graph/graph.h"
#include "tools/pictures/picture.h"
#include "tools/session/engine.h"

namespace vggstyle {

/// What a network sees in pictures, without a loss: statistics and activations of some layers. One
/// graph for each size of picture, in units that suit the first of that size.
class NetworkView {
 public:
  NetworkView(Engine& engine, std::vector<LossLayer> layers, Pooling pooling = Pooling::kMax,
              Padding padding = Padding::kZero);

  /// Of each layer, in order.
  std::vector<StyleStatistics> statistics(const Picture& picture);
  /// The graph that has run `picture` forward, for activations() and shapes.
  Graph& look_at(const Picture& picture);
  /// The graph for pictures of that size; it holds the activations of the one that it saw last.
  Graph& graph_for(const Picture& picture);

 private:
  Engine& engine_;
  LossSpec spec_;
  std::map<std::pair<int, int>, std::unique_ptr<Graph>> graphs_;
};

}  // namespace vggstyle
