#include "net/terms/term.h"

#include "net/terms/content_term.h"
#include "net/terms/style_term.h"
#include "net/terms/temporal_term.h"
#include "net/terms/tv_term.h"
#include "runtime/error.h"

namespace vggstyle {

StyleStatistics Term::style_statistics() {
  throw InternalError("a term without style was asked for its statistics");
}
void Term::set_style_target(const StyleStatistics&) {
  throw InternalError("a term without style was given a target");
}

std::unique_ptr<Term> make_term(const TermContext& context, const LossTerm& term,
                                const TermLayer& layer) {
  switch (term.kind) {
    case LossKind::kStyle:
      return std::make_unique<StyleTerm>(context, term, layer);
    case LossKind::kContent:
      return std::make_unique<ContentTerm>(context, term, layer);
    case LossKind::kTv:
      return std::make_unique<TvTerm>(context, term);
    case LossKind::kTemporal:
      return std::make_unique<TemporalTerm>(context, term);
  }
  throw InternalError("a kind of loss without a term");
}

}  // namespace vggstyle
