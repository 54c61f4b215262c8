#pragma once

#include <deque>

#include "net/graph.h"
#include "optim/objective.h"

namespace vggstyle {

/// The graph's total loss of a picture, as the optimisers want it.
class StyleObjective final : public Objective {
 public:
  explicit StyleObjective(Graph& graph) : graph_(graph) {}

  std::size_t size() const override { return graph_.pixel_shape().elements(); }
  double evaluate(const float* x, float* gradient) override {
    recent_.push_back(graph_.evaluate(x, gradient));
    if (recent_.size() > kKept) recent_.pop_front();
    return recent_.back().total;
  }

  /// The terms of a recent evaluation whose total was `value`: an optimiser may keep another point
  /// than the one it looked at last. The latest terms if there is none.
  const LossValues& terms_of(double value) const {
    for (auto terms = recent_.rbegin(); terms != recent_.rend(); ++terms) {
      if (terms->total == value) return *terms;
    }
    return recent_.back();
  }

 private:
  /// More than a line search takes.
  static constexpr std::size_t kKept = 32;
  Graph& graph_;
  std::deque<LossValues> recent_;
};

}  // namespace vggstyle
