#include "optim/gradient_descent.h"

#include <cmath>

#include "optim/first_order.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

class GradientDescent final : public FirstOrder {
 public:
  GradientDescent(VectorOps& ops, std::size_t n, const GradientDescentOptions& options)
      : ops_(ops), n_(n), step_(options.step), steps_(options.max_evaluations) {}

  double step(int iteration, const float* gradient, float* x) override {
    const VectorOps::Moments moments = ops_.moments(gradient, n_);
    const double size = moments.deviation > 0 ? moments.deviation : std::fabs(moments.mean);
    const double step = step_ * (1 - static_cast<double>(iteration) / steps_);
    ops_.add_scaled(x, -step / size, gradient, n_, x);
    return step;
  }

  void restart() override { step_ /= 2; }

  void archive(StateArchive& state) override { state.number("first_step", step_); }

 private:
  VectorOps& ops_;
  std::size_t n_;
  double step_;
  int steps_;
};

}  // namespace

int device_vectors(const GradientDescentOptions&) {
  return kFirstOrderVectors;
}

Result minimize(Objective& objective, VectorOps& ops, float* x,
                const GradientDescentOptions& options, const ProgressCallback& callback,
                StateArchive* from) {
  if (!(options.step > 0)) throw InputError("the step of gradient descent must be positive");
  GradientDescent descent(ops, objective.size(), options);
  return run_first_order(descent, objective, ops, x, options.max_evaluations, options.bounds,
                         callback, from);
}

}  // namespace vggstyle
