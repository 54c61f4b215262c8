#pragma once

#include <vector>

#include "net/loss_spec.h"

namespace vggstyle {

/// What one term came to, all weights included.
struct TermValue {
  LossKind kind;
  int layer;
  double value = 0;
  int region = kWholePicture;

  bool operator==(const TermValue&) const = default;
};

/// The loss of one evaluation: its terms, which add up to `total`, kind by kind.
struct LossValues {
  double total = 0;
  std::vector<TermValue> terms;  ///< in the order of terms_of()

  double sum(LossKind kind) const;
};

/// The values of `terms`, in their order, with the total.
LossValues loss_values(const std::vector<LossTerm>& terms, const std::vector<double>& values);

}  // namespace vggstyle
