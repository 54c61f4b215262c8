#include "net/loss_values.h"

namespace vggstyle {

double LossValues::sum(LossKind kind) const {
  double sum = 0;
  for (const TermValue& term : terms) {
    if (term.kind == kind) sum += term.value;
  }
  return sum;
}

LossValues loss_values(const std::vector<LossTerm>& terms, const std::vector<double>& values) {
  LossValues result;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    result.terms.push_back({terms[i].kind, terms[i].layer, values[i], terms[i].region});
  }
  for (const LossKind kind : kLossKinds) result.total += result.sum(kind);
  return result;
}

}  // namespace vggstyle
