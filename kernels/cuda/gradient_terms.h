#pragma once

#include "kernels/cuda/device/layout.h"
#include "kernels/cuda/device/number.h"
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
        p(static_cast<const float*>(terms.style.p)),
        q(static_cast<const float*>(terms.style.q)),
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
  /// The same for four channels from `c` on, a multiple of 4; one load after the other, since
  /// registers are few where this is called.
  __device__ __forceinline__ void finish_four(float (&g)[4], std::size_t at, int c) const {
    float loaded[4], activation[4];
    if (q != nullptr) {
      load_four(q + c, loaded);
#pragma unroll
      for (int k = 0; k < 4; ++k) g[k] -= style_scale * loaded[k];
    }
    load_four(f + at, activation);
    if (target != nullptr) {
      load_four(target + at, loaded);
#pragma unroll
      for (int k = 0; k < 4; ++k) g[k] += content_scale * (activation[k] - loaded[k]);
    }
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      if (mask && !(activation[k] > 0.0F)) g[k] = 0.0F;
    }
  }
};

}  // namespace vggstyle::cuda
