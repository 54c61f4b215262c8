#include "net/loss_spec.h"

#include <algorithm>
#include <string>

#include "runtime/error.h"

namespace vggstyle {
namespace {

template <typename T>
struct Named {
  std::string_view name;
  T value;
};

constexpr Named<StyleForm> kStyleForms[] = {{"gram", StyleForm::kGram},
                                            {"moments", StyleForm::kMoments},
                                            {"wasserstein", StyleForm::kWasserstein}};
constexpr Named<GramMode> kGramModes[] = {
    {"raw", GramMode::kRaw}, {"centered", GramMode::kCentered}, {"both", GramMode::kBoth}};
constexpr Named<Normalization> kNormalizations[] = {{"relative", Normalization::kRelative},
                                                    {"gatys", Normalization::kGatys},
                                                    {"neural-style", Normalization::kNeuralStyle},
                                                    {"tutorial", Normalization::kTutorial}};
constexpr Named<LossKind> kLossNames[] = {{"style", LossKind::kStyle},
                                          {"content", LossKind::kContent},
                                          {"tv", LossKind::kTv},
                                          {"temporal", LossKind::kTemporal}};
constexpr Named<TotalVariation> kVariations[] = {{"absolute", TotalVariation::kAbsolute},
                                                 {"squared", TotalVariation::kSquared},
                                                 {"isotropic", TotalVariation::kIsotropic}};
constexpr Named<Pooling> kPoolings[] = {
    {"max", Pooling::kMax}, {"avg", Pooling::kAverage}, {"l2", Pooling::kL2}};

constexpr Named<Padding> kPaddings[] = {{"zero", Padding::kZero},
                                        {"reflect", Padding::kReflect},
                                        {"replicate", Padding::kReplicate},
                                        {"circular", Padding::kCircular}};

template <typename T, std::size_t N>
T parse(std::string_view what, std::string_view name, const Named<T> (&table)[N]) {
  std::string known;
  for (const Named<T>& entry : table) {
    if (entry.name == name) return entry.value;
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  throw InputError("unknown " + std::string(what) + " '" + std::string(name) + "': use one of " +
                   known);
}

template <typename T, std::size_t N>
std::string_view find_name(T wanted, const Named<T> (&table)[N]) {
  for (const Named<T>& entry : table) {
    if (entry.value == wanted) return entry.name;
  }
  throw InternalError("a setting without a name");
}

}  // namespace

StyleForm parse_style_form(std::string_view name) {
  return parse("style loss", name, kStyleForms);
}
GramMode parse_gram_mode(std::string_view name) {
  return parse("Gram mode", name, kGramModes);
}
Normalization parse_normalization(std::string_view name) {
  return parse("normalization", name, kNormalizations);
}
TotalVariation parse_total_variation(std::string_view name) {
  return parse("kind of total variation", name, kVariations);
}
Pooling parse_pooling(std::string_view name) {
  return parse("pooling", name, kPoolings);
}
Padding parse_padding(std::string_view name) {
  return parse("padding", name, kPaddings);
}
std::string_view name_of(StyleForm form) {
  return find_name(form, kStyleForms);
}
std::string_view name_of(GramMode mode) {
  return find_name(mode, kGramModes);
}
std::string_view name_of(Normalization n) {
  return find_name(n, kNormalizations);
}
std::string_view name_of(TotalVariation kind) {
  return find_name(kind, kVariations);
}
std::string_view name_of(Pooling pooling) {
  return find_name(pooling, kPoolings);
}
std::string_view name_of(Padding padding) {
  return find_name(padding, kPaddings);
}

std::string_view name_of(LossKind kind) {
  return find_name(kind, kLossNames);
}
bool has_layers(LossKind kind) {
  return kind == LossKind::kStyle || kind == LossKind::kContent;
}

std::vector<LossTerm> terms_of(const LossSpec& spec) {
  std::vector<LossTerm> terms;
  for (const LossKind kind : kLossKinds) {
    if (spec[kind].weight == 0) continue;
    const bool by_region = kind == LossKind::kStyle && spec.regions > 0;
    const bool weighted = kind == LossKind::kContent && spec.content_weights;
    const int first = by_region ? 0 : (weighted ? kContentWeights : kWholePicture);
    for (int region = first; region < (by_region ? spec.regions : first + 1); ++region) {
      for (const LossLayer& entry : spec[kind].layers) {
        terms.push_back({kind, entry.layer, entry.weight, region});
      }
    }
  }
  return terms;
}

int deepest_layer(const LossSpec& spec) {
  int deepest = kPixelLayer;
  for (const LossTerm& term : terms_of(spec)) deepest = std::max(deepest, term.layer);
  return deepest;
}

LossSpec without_idle_losses(LossSpec spec) {
  for (LossGroup& group : spec.groups) {
    if (group.weight == 0) group.layers.clear();
  }
  return spec;
}

LossSpec only(LossSpec spec, LossKind kind) {
  for (const LossKind other : kLossKinds) {
    if (other != kind) spec[other].weight = 0;
  }
  return spec;
}

StyleStatistics blend(const std::vector<StyleStatistics>& styles,
                      const std::vector<double>& weights) {
  double sum = 0;
  for (const double weight : weights) sum += weight;
  if (styles.empty() || styles.size() != weights.size() || !(sum > 0)) {
    throw InternalError("blending styles needs one weight a style, not all of them 0");
  }
  StyleStatistics result = styles.front();
  for (double& value : result.gram) value *= weights.front() / sum;
  for (double& value : result.mean) value *= weights.front() / sum;
  for (std::size_t s = 1; s < styles.size(); ++s) {
    for (std::size_t i = 0; i < result.gram.size(); ++i) {
      result.gram[i] += styles[s].gram[i] * weights[s] / sum;
    }
    for (std::size_t i = 0; i < result.mean.size(); ++i) {
      result.mean[i] += styles[s].mean[i] * weights[s] / sum;
    }
  }
  return result;
}

}  // namespace vggstyle
