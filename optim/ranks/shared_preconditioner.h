#pragma once

#include "net/tiles/band_vectors.h"
#include "optim/preconditioner/preconditioner.h"

namespace vggstyle {

/// A preconditioner of whole pictures for vectors that ranks share: every rank gathers the vector, applies `whole`, and
/// takes its band of the result. Costs one vector sent to all, once an iteration, and two whole ones of memory.
class SharedPreconditioner final : public Preconditioner {
 public:
  SharedPreconditioner(const BandVectors& bands, Preconditioner& whole);

  void apply(const float* v, float* out) override;

 private:
  const BandVectors& bands_;
  Preconditioner& whole_;
  Buffer in_, out_;
};

}  // namespace vggstyle
