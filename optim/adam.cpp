#include "optim/adam.h"

#include "optim/first_order.h"
#include "runtime/error.h"

namespace vggstyle {
namespace {

constexpr int kMoments = 2;

class Adam final : public FirstOrder {
 public:
  Adam(VectorOps& ops, std::size_t n, const AdamOptions& options)
      : ops_(ops),
        n_(n),
        moments_(ops.device(), kMoments * n * sizeof(float)),
        step_{options.rate, options.beta1, options.beta2, options.epsilon, 0} {
    ops_.device().clear(moments_.data(), moments_.bytes());
  }

  double step(int, const float* gradient, float* x) override {
    ++step_.t;
    ops_.adam(step_, gradient, n_, x, moments_.as<float>(), moments_.as<float>() + n_);
    return step_.rate;
  }

  void restart() override {
    ops_.device().clear(moments_.data(), moments_.bytes());
    step_.t = 0;
    step_.rate /= 2;
  }

  void archive(StateArchive& state) override {
    state.number("adam_steps", step_.t);
    state.number("adam_rate", step_.rate);
    state.vector("adam_first_moment", moments_.as<float>(), n_);
    state.vector("adam_second_moment", moments_.as<float>() + n_, n_);
  }

 private:
  VectorOps& ops_;
  std::size_t n_;
  Buffer moments_;
  VectorOps::AdamStep step_;
};

}  // namespace

int device_vectors(const AdamOptions&) {
  return kMoments + kFirstOrderVectors;
}

Result minimize(Objective& objective, VectorOps& ops, float* x, const AdamOptions& options,
                const ProgressCallback& callback, StateArchive* from) {
  if (!(options.rate > 0) || !(options.epsilon > 0) || !(0 <= options.beta1 && options.beta1 < 1) ||
      !(0 <= options.beta2 && options.beta2 < 1)) {
    throw InputError("Adam needs a positive rate and epsilon, and both betas from 0 to below 1");
  }
  Adam adam(ops, objective.size(), options);
  return run_first_order(adam, objective, ops, x, options.max_evaluations, options.bounds, callback,
                         from);
}

}  // namespace vggstyle
