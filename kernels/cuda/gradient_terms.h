#pragma once

#include "kernels/cuda/layout.h"
#include "kernels/cuda/number.h"
#include "kernels/gradient_terms.h"

namespace vggstyle::cuda {

/// GradientTerms as a kernel sees them: T is the storage of F, F' and the gradient; null for absent
/// parts.
template <typename T>
struct TermsView {
  const T* f;
  const T* target;
  const float* p;
  const float* q;
  float style_scale, content_scale;
  bool mask;

  explicit TermsView(const GradientTerms& terms)
      : f(elements<const T>(terms.activations)),
        target(elements<const T>(terms.content_target)),
        p(terms.style_p),
        q(terms.style_q),
        style_scale(terms.style_scale),
        content_scale(terms.content_scale),
        mask(terms.mask) {}

  /// dZ of element `at` (channel `c`), from G + t P F.
  __device__ __forceinline__ float finish(float g, std::size_t at, int c) const {
    const float activation = to_float(f[at]);
    if (q != nullptr) g -= style_scale * q[c];
    if (target != nullptr) g += content_scale * (activation - to_float(target[at]));
    return !mask || activation > 0.0F ? g : 0.0F;
  }
};

}  // namespace vggstyle::cuda
