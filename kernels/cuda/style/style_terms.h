#pragma once

#include <span>

#include "kernels/cuda/ops.h"

namespace vggstyle::cuda {

/// What the loss of a style layer is made from; kernels/style_layer.h has the mathematics.
struct TermsProblem {
  double a, b, positions;
  const double* products;
  const double* sums;
  const float* shift;
  const double* target_gram;
  const double* target_mean;
};

struct TermsResult {
  float* p;        ///< a StyleMatrix (style_layer.h)
  float* q;        ///< [C]
  double* losses;  ///< [C], of the rows: scratch
  float* maxima;   ///< [C], of |P|, of the rows: scratch
};

struct TermsTask {
  TermsProblem problem;
  TermsResult result;
  double* value;
  int channels;
};

/// P, as every kernel of the backend reads it, q, and the loss, which goes to `value`, of each of
/// the layers. Up to 24 of them share three launches.
void style_terms(const Kernels& kernels, std::span<const TermsTask> layers);
/// The same of layers whose P in float32, q, losses and maxima are there already.
void finish_style_terms(const Kernels& kernels, std::span<const TermsTask> layers);

}  // namespace vggstyle::cuda
