#include "net/loss_coefficients.h"

#include <algorithm>

namespace vggstyle {
namespace {

// Of relative's denominators (net/loss_spec.h).
constexpr double kSmallest = 1e-20;
constexpr double kNoVariation = 1e-6;
constexpr double kLeastVariation = 3e-4;
constexpr double kDarkGrey = 3 * 0.05 * 0.05;  // tr g'
constexpr double kDarkest = kDarkGrey * kDarkGrey;

/// Both |g'|^2 and |gc'|^2.
struct SquaredNorms {
  double raw = 0;
  double centered = 0;
};

SquaredNorms squared_norms(const StyleStatistics& target) {
  SquaredNorms norms;
  const auto channels = static_cast<std::size_t>(target.channels);
  for (std::size_t i = 0; i < channels; ++i) {
    for (std::size_t j = 0; j < channels; ++j) {
      const double g = target.gram[i * channels + j];
      const double gc = g - target.mean[i] * target.mean[j];
      norms.raw += g * g;
      norms.centered += gc * gc;
    }
  }
  return norms;
}

/// What a difference is compared with: `centered`, unless that is next to nothing beside `raw`.
double relative_norm(double centered, double raw) {
  return centered <= kNoVariation * raw ? raw : std::max(centered, kLeastVariation * raw);
}

}  // namespace

StyleCoefficients style_coefficients(const LossSpec& spec, const LossTerm& term, Shape shape,
                                     const StyleStatistics& target) {
  const double c = shape.channels;
  const double m = static_cast<double>(shape.positions());
  const double mean_weight = spec[LossKind::kStyle].weight * term.weight /
                             static_cast<double>(spec[LossKind::kStyle].layers.size());
  StyleCoefficients k;
  switch (spec.normalization) {
    case Normalization::kGatys:
      k.raw = k.centered = mean_weight / (4 * c * c);
      break;
    case Normalization::kNeuralStyle:
      k.raw = k.centered = spec[LossKind::kStyle].weight * term.weight / (c * c * c * c);
      break;
    case Normalization::kTutorial:
      k.raw = k.centered = mean_weight * m * m / (c * c);
      break;
    case Normalization::kRelative: {
      const SquaredNorms norms = squared_norms(target);
      const double raw = std::max(norms.raw, term.layer == kPixelLayer ? kDarkest : kSmallest);
      k.raw = mean_weight / raw;
      k.centered = mean_weight / relative_norm(norms.centered, raw);
      break;
    }
  }
  if (spec.gram == GramMode::kRaw) k.centered = 0;
  if (spec.gram == GramMode::kCentered) k.raw = 0;
  return k;
}

double distance_coefficient(const LossSpec& spec, const LossTerm& term,
                            const StyleStatistics& target) {
  const auto channels = static_cast<std::size_t>(target.channels);
  const double layers = static_cast<double>(spec[LossKind::kStyle].layers.size());
  const double weight = spec[LossKind::kStyle].weight * term.weight;
  switch (spec.normalization) {
    case Normalization::kGatys:
    case Normalization::kTutorial:
      return weight / layers / static_cast<double>(channels);
    case Normalization::kNeuralStyle:
      return weight / static_cast<double>(channels);
    case Normalization::kRelative:
      break;
  }
  double squares = 0;
  for (std::size_t c = 0; c < channels; ++c) squares += target.gram[c * channels + c];
  return weight / layers / std::max(squares, term.layer == kPixelLayer ? kDarkGrey : kSmallest);
}

double content_coefficient(const LossSpec& spec, const LossTerm& term, Shape shape,
                           const ContentNorms& target) {
  const double elements = static_cast<double>(shape.elements());
  const double weight = spec[LossKind::kContent].weight * term.weight;
  const double layers = static_cast<double>(spec[LossKind::kContent].layers.size());
  switch (spec.normalization) {
    case Normalization::kGatys:
      return weight / 2;
    case Normalization::kNeuralStyle:
      return weight / elements;
    case Normalization::kTutorial:
      return weight / (layers * elements);
    case Normalization::kRelative:
      return weight /
             (layers * relative_norm(target.variation, std::max(target.squares, kSmallest)));
  }
  return 0;
}

TvCoefficient tv_coefficient(const LossSpec& spec, Shape pixels) {
  const double h = pixels.height, w = pixels.width;
  const bool wraps = spec.padding == Padding::kCircular;
  const bool of_tools = spec.normalization == Normalization::kNeuralStyle ||
                        spec.normalization == Normalization::kTutorial;
  const TotalVariation kind =
      spec.tv_kind.value_or(of_tools ? TotalVariation::kAbsolute : TotalVariation::kSquared);
  const double weight = spec[LossKind::kTv].weight;
  if (spec.normalization != Normalization::kRelative) return {kind, wraps, weight};
  if (kind == TotalVariation::kIsotropic) return {kind, wraps, weight / (255.0 * 3 * h * w)};
  const double pairs = wraps ? 6 * h * w : std::max(1.0, 3 * (h * (w - 1) + (h - 1) * w));
  const double unit = kind == TotalVariation::kSquared ? 255.0 * 255.0 : 255.0;
  return {kind, wraps, weight / (unit * pairs)};
}

double temporal_coefficient(const LossSpec& spec, Shape pixels) {
  const double weight = spec[LossKind::kTemporal].weight;
  const double elements = static_cast<double>(pixels.elements());
  switch (spec.normalization) {
    case Normalization::kGatys:
      return weight / 2;
    case Normalization::kNeuralStyle:
    case Normalization::kTutorial:
      return weight / elements;
    case Normalization::kRelative:
      return weight / (255.0 * 255.0 * elements);
  }
  return 0;
}

}  // namespace vggstyle
