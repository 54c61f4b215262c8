#pragma once

#include "net/graph.h"
#include "optim/objective.h"

namespace vggstyle {

/// A graph's total loss as the optimisers want it, for benchmarks and tests; the tool's
/// (tools/session/style_objective.h) remembers the terms, too.
class GraphObjective final : public Objective {
 public:
  explicit GraphObjective(Graph& graph) : graph_(graph) {}
  std::size_t size() const override { return graph_.pixel_shape().elements(); }
  double evaluate(const float* x, float* gradient) override {
    return graph_.evaluate(x, gradient).total;
  }

 private:
  Graph& graph_;
};

}  // namespace vggstyle
