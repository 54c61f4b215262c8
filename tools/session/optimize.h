#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "net/loss_values.h"
#include "optim/optimizer.h"
#include "tools/session/problem.h"

namespace vggstyle {

struct Optimized {
  Picture picture;
  Result result;
  LossValues first, last;  ///< the terms at the start, and of `picture`
};

/// The weights of the kinds of loss, in the order of kLossKinds.
using LossWeights = std::array<double, kLossKinds.size()>;
LossWeights weights_of(const LossSpec& loss);
/// "style 1, content 0.05, tv 0".
std::string text_of(const LossWeights& weights);

/// The state after an accepted step.
struct Step {
  Progress
      progress;  ///< evaluations and iterations of all sizes so far; `x` is this rank's part, or all
  LossValues values;
  int width, height;
  double done;  ///< the share of the whole run's work, 0 to 1, if no size ends early
  LossWeights weights;
  bool afresh;                       ///< the first since the callback asked for kStartAfresh
  std::function<Picture()> picture;  ///< of width and height, as it is now; during the callback
};

/// What happens after a step. To start afresh is to drop all that the optimiser has learnt and go on from
/// the picture as it is, with these weights and the evaluations that are left; sizes to come have them, too.
enum class Then { kGoOn, kStop, kStartAfresh };
struct Next {
  Then then = Then::kGoOn;
  LossWeights weights = {};  ///< of kStartAfresh
};

/// Called at the start of each size and after each accepted step.
using StepCallback = std::function<Next(const Step&)>;

/// The work of evaluations at sizes halved again and again, the last the picture's own, in
/// evaluations at that.
double work_of(const Minimizer& minimizer);
/// SettingError if a picture of the problem has less than kLeastScaledSide pixels on a side at the
/// coarsest of its sizes.
void check_scales(const ProblemSpec& spec);
inline constexpr int kLeastScaledSide = 8;
/// InputError if at the coarsest size a style layer has next to nothing of a region or a masked style.
void check_regions(const ProblemSpec& spec, const Engine& engine);

/// Minimises, at minimizer.scales sizes from coarse to fine: the problem with all its pictures
/// shrunk by a power of two, each started from the result before, enlarged (Gatys et al. 2017,
/// section 6). The optimiser starts afresh at each. `first` are the terms at the start of the last
/// size. The same arguments give the same picture for any number of threads. InputError if the loss
/// is not finite, with the layer where that began. `from`, which Step::progress.save() has filled in a
/// run of the same spec on an engine that computes alike, goes on from there, to the same picture. On an engine
/// whose pictures ranks share, all of them call this, and `callback` is called on rank 0 alone.
Optimized optimize(Engine& engine, const ProblemSpec& spec, const StepCallback& callback,
                   StateArchive* from = nullptr);

}  // namespace vggstyle
