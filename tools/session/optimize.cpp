#include "tools/session/optimize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "optim/graph_objective.h"
#include "optim/quiet.h"
#include "runtime/error.h"
#include "tools/pictures/resize.h"
#include "tools/session/minimize.h"
#include "tools/session/ranks/lead.h"
#include "tools/session/settings/check.h"

namespace vggstyle {
namespace {

/// Only the ratios of a loss's weights matter to its minimum, and gradients are float32: weights far from
/// 1 are brought near it by a power of two, which changes no bit of a result that was in range.
int weight_exponent(const LossSpec& loss) {
  constexpr int kFar = 40;
  double largest = 0;
  for (const LossTerm& term : terms_of(loss)) {
    largest = std::max(largest, loss[term.kind].weight * term.weight);
  }
  const int exponent = largest > 0 ? std::ilogb(largest) : 0;
  return std::abs(exponent) > kFar ? exponent : 0;
}

ProblemSpec with_weights(const ProblemSpec& spec, int exponent) {
  ProblemSpec scaled = spec;
  for (const LossKind kind : kLossKinds) {
    scaled.loss[kind].weight = std::ldexp(spec.loss[kind].weight, -exponent);
  }
  return scaled;
}

LossValues times_power(LossValues values, int exponent) {
  values.total = std::ldexp(values.total, exponent);
  for (TermValue& term : values.terms) term.value = std::ldexp(term.value, exponent);
  return values;
}

/// The problem with every side of its pictures halved `octaves` times, started from `start`.
ProblemSpec shrunk(const ProblemSpec& spec, const Picture& start, int octaves) {
  const auto side = [octaves](int length) {
    return static_cast<int>(std::lround(std::ldexp(length, -octaves)));
  };
  ProblemSpec coarse = spec;
  coarse.start = resize(start, side(spec.start.width), side(spec.start.height));
  if (spec.content) {
    coarse.content = resize(*spec.content, coarse.start.width, coarse.start.height);
  }
  const auto halve = [&](Picture& picture) {
    picture = resize(picture, side(picture.width), side(picture.height));
  };
  std::ranges::for_each(coarse.styles, halve);
  for (auto& mask : coarse.style_masks) {
    if (mask) halve(*mask);
  }
  for (MaskedRegion& region : coarse.regions) halve(region.mask);
  if (coarse.alpha) halve(*coarse.alpha);
  if (coarse.temporal) {
    halve(coarse.temporal->picture);
    halve(coarse.temporal->weights);
  }
  return coarse;
}

/// The picture that a size started from: the units and targets of its graph depend on it.
void archive_start(StateArchive& state, Device& device, Picture& start) {
  const Buffer pixels(device, start.rgb.size() * sizeof(float));
  device.upload(pixels.data(), start.rgb.data(), pixels.bytes());
  state.vector("start", pixels.as<float>(), start.rgb.size());
  device.download(start.rgb.data(), pixels.data(), pixels.bytes());
}

void add_counts(Result& result, const Result& before) {
  result.evaluations += before.evaluations;
  result.iterations += before.iterations;
  result.history_drops += before.history_drops;
  result.not_finite += before.not_finite;
}

}  // namespace

LossWeights weights_of(const LossSpec& loss) {
  LossWeights weights{};
  std::ranges::transform(loss.groups, weights.begin(), &LossGroup::weight);
  return weights;
}

std::string text_of(const LossWeights& weights) {
  std::string text;
  for (const LossKind kind : kPictureKinds) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(kind),
                        weights[static_cast<std::size_t>(kind)]);
  }
  return text;
}

namespace {

/// The picture as it is now.
using PictureNow = std::function<Picture()>;
/// Takes the state after an accepted step at one size.
template <typename T>
using SizeCallback = std::function<T(const Progress&, const LossValues&, const PictureNow&)>;

/// Minimises at the size of spec.start, from there, or goes on; false of the callback stops.
Optimized optimize_from(Engine& engine, const ProblemSpec& spec, const SizeCallback<bool>& callback,
                        StateArchive* from) {
  const int exponent = weight_exponent(spec.loss);
  Problem problem(engine, with_weights(spec, exponent));
  GraphObjective objective(problem.graph());
  const auto values_of = [&](const ObjectiveValue& value) {
    return times_power(loss_values(problem.graph().terms(), value.terms), exponent);
  };
  Optimized optimized{Picture::black(spec.start.width, spec.start.height), {}, {}, {}};
  QuietWatch watch;
  bool quiet = false;
  ObjectiveValue first;
  const auto archive = [&](StateArchive& state) {
    state.numbers("first_terms", first.terms);
    watch.archive(state);
  };
  if (from != nullptr) archive(*from);
  const auto on_step = [&](const Progress& progress) {
    if (progress.iterations == 0) first = progress.value;
    quiet =
        spec.minimizer.until_quiet && watch.is_quiet(progress.evaluations, progress.value.total);
    Progress shown = progress;
    shown.gradient_max = std::ldexp(progress.gradient_max, exponent);
    if (quiet) shown.save = nullptr;  // no step follows
    if (shown.save) {
      shown.save = [&](StateArchive& state) {
        archive(state);
        progress.save(state);
      };
    }
    const bool go_on =
        callback(shown, values_of(progress.value), [&] { return problem.picture_at(progress.x); });
    quiet = quiet && go_on;
    return go_on && !quiet;
  };
  optimized.result = minimize(spec.minimizer, problem, objective, engine, on_step, from);
  if (quiet) optimized.result.reason = Reason::quiet;
  if (!first.terms.empty()) optimized.first = values_of(first);
  optimized.last = values_of(optimized.result.value);
  optimized.result.value.total = optimized.last.total;
  if (optimized.result.reason == Reason::not_finite) {
    problem.check_finite(std::numeric_limits<double>::quiet_NaN());
  }
  optimized.picture = problem.picture();
  return optimized;
}

/// A kind that had no weight may have come without its layers; where it has a choice of them, it stays out.
void set_weights(LossSpec& loss, const LossWeights& weights) {
  for (const LossKind kind : kLossKinds) {
    loss[kind].weight = weights[static_cast<std::size_t>(kind)];
    if (!has_layers(kind)) loss[kind].layers = LossSpec{}[kind].layers;
  }
}

/// The same, and afresh from where it is whenever the callback says so: `spec` has the weights then.
Optimized optimize_at(Engine& engine, ProblemSpec& spec, const SizeCallback<Next>& callback,
                      StateArchive* from) {
  Result before{};
  for (;;) {
    Next next;
    const auto on_step = [&](Progress progress, const LossValues& values, const PictureNow& now) {
      progress.evaluations += before.evaluations;
      progress.iterations += before.iterations;
      next = callback(progress, values, now);
      return next.then == Then::kGoOn;
    };
    Optimized optimized = optimize_from(engine, spec, on_step, std::exchange(from, nullptr));
    spec.minimizer.iterations -= optimized.result.evaluations;
    add_counts(optimized.result, before);
    if (next.then != Then::kStartAfresh) return optimized;
    set_weights(spec.loss, next.weights);
    if (spec.minimizer.iterations == 0) {
      optimized.result.reason = Reason::budget;
      return optimized;
    }
    before = optimized.result;
    spec.start = std::move(optimized.picture);
  }
}

}  // namespace

double work_of(const Minimizer& minimizer) {
  double work = 0;
  for (int octave = 0; octave < minimizer.scales; ++octave) work += std::ldexp(1.0, -2 * octave);
  return minimizer.iterations * work;
}

void check_scales(const ProblemSpec& spec) {
  int least = std::min(spec.start.width, spec.start.height);
  for (const Picture& style : spec.styles) least = std::min({least, style.width, style.height});
  const int scales = spec.minimizer.scales;
  if (scales == 1 || least >> (scales - 1) >= kLeastScaledSide) return;
  int most = 1;
  while (least >> most >= kLeastScaledSide) ++most;
  throw SettingError("scales",
                     fmt::format(" {}: the smallest side of these pictures is {} pixels, and every "
                                 "size must have {} at least; use {} or less",
                                 scales, least, kLeastScaledSide, most));
}

void check_regions(const ProblemSpec& spec, const Engine& engine) {
  const auto check = [&](const LossSpec& loss, const Picture& picture,
                         const std::vector<StyleRegion>& regions,
                         const std::vector<float>& content) {
    const Shape pixels{3, picture.height, picture.width};
    const RegionWeights weights(
        regions, content,
        plan_graph(engine.model(), pixels, loss, engine.backend->storage(), false));
  };
  if (spec.regions.empty() && spec.style_masks.empty() && !spec.alpha) return;
  const ProblemSpec masks{.start = spec.start,
                          .regions = spec.regions,
                          .style_masks = spec.style_masks,
                          .alpha = spec.alpha};
  const ProblemSpec coarse = shrunk(masks, masks.start, spec.minimizer.scales - 1);
  check(spec.loss, coarse.start, style_regions(coarse), content_weights(coarse));
  const LossSpec of_style = loss_of_style(spec.loss, true);
  for (const auto& mask : coarse.style_masks) {
    if (mask) check(of_style, *mask, {style_region(*mask)}, {});
  }
}

namespace {

Optimized optimize_sizes(Engine& engine, const ProblemSpec& spec, const StepCallback& callback,
                         StateArchive* from) {
  const double share = spec.minimizer.iterations / work_of(spec.minimizer);
  int first_octave = spec.minimizer.scales - 1;
  if (from != nullptr) from->number("octave", first_octave);
  Picture start = spec.start;
  Result before{Reason::budget, 0, 0, {}, 0, 0, 0};
  LossSpec loss = spec.loss;  // with its weights as they are now
  bool afresh = false, steered = false;
  double done = 0;
  for (int octave = spec.minimizer.scales - 1; octave > first_octave; --octave) {
    done += std::ldexp(share, -2 * octave);
  }
  for (int octave = first_octave;; --octave) {
    const double work = std::ldexp(share, -2 * octave);
    ProblemSpec scaled = shrunk(spec, start, octave);
    scaled.loss = loss;
    const auto archive_size = [&](StateArchive& state) {
      state.number("octave", octave);
      archive(state, "before_", before);
      if (octave < spec.minimizer.scales - 1) archive_start(state, *engine.device, scaled.start);
    };
    if (from != nullptr) archive_size(*from);
    const auto on_step = [&](const Progress& progress, const LossValues& values,
                             const PictureNow& now) {
      Step step{progress,
                values,
                scaled.start.width,
                scaled.start.height,
                done + work * progress.evaluations / spec.minimizer.iterations,
                weights_of(scaled.loss),
                std::exchange(afresh, false),
                now};
      step.progress.evaluations += before.evaluations;
      step.progress.iterations += before.iterations;
      if (progress.save) {
        step.progress.save = [&](StateArchive& state) {
          archive_size(state);
          progress.save(state);
        };
      }
      if (steered) step.progress.save = nullptr;  // the weights are not those of the command
      const Next next = callback(step);
      afresh = next.then == Then::kStartAfresh;
      steered = steered || afresh;
      return next;
    };
    Optimized optimized = optimize_at(engine, scaled, on_step, std::exchange(from, nullptr));
    loss = scaled.loss;
    add_counts(optimized.result, before);
    before = optimized.result;
    if (octave == 0 || before.reason == Reason::stopped_by_caller) {
      optimized.picture =
          spec.finished(resize(optimized.picture, spec.start.width, spec.start.height));
      return optimized;
    }
    start = std::move(optimized.picture);
    done += work;
  }
}

}  // namespace

Optimized optimize(Engine& engine, const ProblemSpec& spec, const StepCallback& callback,
                   StateArchive* from) {
  check_scales(spec);
  if (engine.ranks == nullptr) return optimize_sizes(engine, spec, callback, from);
  return optimize_sizes(engine, spec, led_by_first(*engine.ranks, callback), from);
}

}  // namespace vggstyle
