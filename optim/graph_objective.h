#pragma once

#include "net/graph/graph.h"
#include "optim/objective.h"

namespace vggstyle {

/// A graph's loss of a picture as the optimisers want it. The terms are those of Graph::terms().
class GraphObjective final : public Objective {
 public:
  explicit GraphObjective(Graph& graph) : graph_(graph) {}

  std::size_t size() const override { return graph_.own_shape().elements(); }
  ObjectiveValue evaluate(const float* x, float* gradient,
                          const std::function<void()>& then) override {
    const LossValues values = graph_.evaluate(x, gradient, then);
    ObjectiveValue result{values.total, {}};
    for (const TermValue& term : values.terms) result.terms.push_back(term.value);
    return result;
  }

 private:
  Graph& graph_;
};

}  // namespace vggstyle
