#include "tools/session/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/error.h"
#include "tools/session/memory.h"
#include "tools/session/pictures/color_transfer.h"
#include "tools/session/pictures/masks.h"
#include "tools/session/units.h"

namespace vggstyle {
namespace {

/// The statistics of a style, at its own size, of the part that its mask shows.
std::vector<StyleStatistics> statistics_of(const Picture& style, const std::optional<Picture>& mask,
                                           const Graph& graph, Backend& backend,
                                           const NetworkWeights& weights, int tile) {
  const LossSpec loss = loss_of_style(graph.spec(), mask.has_value());
  GraphOptions options{.with_gradient = false, .balance = graph.balance(), .tile = tile};
  if (mask) options.regions = {style_region(*mask)};
  Graph of_style(backend, weights, style.height, style.width, loss, options);
  return of_style.style_statistics(style.rgb.data());
}

/// Of each style layer of `graph`, the blend of the styles' statistics; with regions, region by
/// region, those of its style.
std::vector<StyleStatistics> style_targets(const Graph& graph, Backend& backend,
                                           const NetworkWeights& weights, const ProblemSpec& spec,
                                           int tile) {
  std::vector<std::vector<StyleStatistics>> by_layer(graph.spec()[LossKind::kStyle].layers.size());
  std::vector<StyleStatistics> targets;
  for (std::size_t s = 0; s < spec.styles.size(); ++s) {
    const std::optional<Picture> mask =
        spec.style_masks.empty() ? std::nullopt : spec.style_masks[s];
    for (std::size_t i = 0; StyleStatistics & statistics :
                            statistics_of(spec.styles[s], mask, graph, backend, weights, tile)) {
      auto& list = spec.regions.empty() ? by_layer[i++] : targets;
      list.push_back(std::move(statistics));
    }
  }
  if (!spec.regions.empty()) return targets;  // each region has one style
  for (const auto& layer : by_layer) targets.push_back(blend(layer, spec.blend));
  return targets;
}

}  // namespace

LossSpec loss_of_style(const LossSpec& loss, bool masked) {
  LossSpec of_style = only(loss, LossKind::kStyle);
  of_style.regions = masked ? 1 : 0;
  of_style.content_weights = false;
  if (loss.padding == Padding::kCircular) of_style.padding = Padding::kReflect;
  return of_style;
}

Picture ProblemSpec::finished(Picture picture) const {
  if (colors) {
    picture = color == ColorMode::kOnly ? with_luma(picture, *colors) : with_luma(*colors, picture);
  }
  if (regions.empty()) return picture;
  std::vector<const Picture*> masks;
  for (const MaskedRegion& region : regions) masks.push_back(&region.mask);
  return covered(picture, colors ? *colors : *content, masks);
}

std::vector<StyleRegion> style_regions(const ProblemSpec& spec) {
  std::vector<StyleRegion> regions;
  for (const MaskedRegion& region : spec.regions) {
    const Picture seen = spec.alpha ? both(region.mask, *spec.alpha) : region.mask;
    regions.push_back({region.name, mask_weights(seen)});
  }
  if (regions.empty() && spec.alpha) {
    regions.push_back({"that is not transparent", mask_weights(*spec.alpha)});
  }
  return regions;
}

namespace {

/// Whether some pixels count more for the content than others.
bool has_content_weights(const ProblemSpec& spec) {
  return spec.alpha || std::ranges::any_of(spec.regions, [](const MaskedRegion& region) {
           return region.content != 1;
         });
}

}  // namespace

std::vector<float> content_weights(const ProblemSpec& spec) {
  if (!has_content_weights(spec)) return {};
  std::vector<float> weights(spec.start.pixels(), 1.0F);
  for (const MaskedRegion& region : spec.regions) {
    const std::vector<float> inside = mask_weights(region.mask);
    const auto more = static_cast<float>(region.content - 1);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      weights[i] = std::max(0.0F, weights[i] + more * inside[i]);
    }
  }
  if (!spec.alpha) return weights;
  const std::vector<float> seen = mask_weights(*spec.alpha);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= seen[i];
  return weights;
}

void count_regions(ProblemSpec& spec) {
  spec.loss.regions =
      spec.regions.empty() && spec.alpha ? 1 : static_cast<int>(spec.regions.size());
  spec.loss.content_weights = has_content_weights(spec);
}

std::string place_of(const ProblemSpec& spec, Model model, int layer, int region) {
  const std::string name = layer_name(model, layer);
  if (region < 0 || spec.regions.empty()) return name;
  return spec.regions[static_cast<std::size_t>(region)].name + " " + name;
}

StyleRegion style_region(const Picture& mask) {
  return {"of a style that its mask and transparency leave", mask_weights(mask)};
}

std::unique_ptr<Graph> make_graph(Backend& backend, const NetworkWeights& weights,
                                  const ProblemSpec& spec, const Balance& balance, Ranks* ranks) {
  const MemoryFacts facts =
      memory_facts(spec, weights.model, backend, ranks != nullptr ? ranks->size() : 1);
  const int tile = tile_of(facts, {spec.start.width, spec.start.height}, spec.memory);
  const GraphOptions options{
      .with_gradient = true,
      .divide_terms_by_value = spec.minimizer.divides_terms(spec.loss.normalization),
      .balance = balance,
      .regions = style_regions(spec),
      .content_weights = content_weights(spec),
      .tile = tile,
      .ranks = ranks};
  auto graph = std::make_unique<Graph>(backend, weights, spec.start.height, spec.start.width,
                                       spec.loss, options);
  if (!graph->spec()[LossKind::kStyle].layers.empty()) {
    graph->set_style_targets(style_targets(*graph, backend, weights, spec, tile));
  }
  if (spec.content && !graph->spec()[LossKind::kContent].layers.empty()) {
    graph->set_content_target(spec.content->rgb.data());
  }
  if (spec.temporal) {
    graph->set_temporal_target(spec.temporal->picture.rgb.data(),
                               mask_weights(spec.temporal->weights));
  }
  return graph;
}

Problem::Problem(Engine& engine, const ProblemSpec& spec)
    : engine_(engine),
      graph_(make_graph(*engine.backend, *engine.weights, spec, choose_units(engine, spec),
                        engine.ranks)),
      width_(spec.start.width),
      height_(spec.start.height),
      pixels_(*engine.device, graph_->own_shape().elements() * sizeof(float)) {
  if (engine.ranks == nullptr) {
    engine.device->upload(pixels_.data(), spec.start.rgb.data(), pixels_.bytes());
    return;
  }
  bands_.emplace(*engine.ranks, *engine.device, graph_->pixel_shape(), graph_->tiles().band);
  bands_->cut(spec.start.rgb.data(), pixels());
}

Picture Problem::picture() const {
  if (!bands_) return picture_at(pixels_.as<float>());
  Picture picture{width_, height_, {}};
  picture.rgb = bands_->gather(pixels_.as<float>());
  return picture;
}

Picture Problem::picture_at(const float* x) const {
  Picture picture{width_, height_, {}};
  if (bands_) {
    picture.rgb = bands_->gather_at_lead(x);
    return picture;
  }
  picture.rgb.resize(Shape{3, height_, width_}.elements());
  engine_.device->download(picture.rgb.data(), x, pixels_.bytes());
  return picture;
}

float* Problem::own_gradient() {
  if (gradient_.data() == nullptr) gradient_ = Buffer(*engine_.device, pixels_.bytes());
  return gradient_.as<float>();
}

LossValues Problem::evaluate() {
  const LossValues values = graph_->evaluate(pixels(), own_gradient());
  check_finite(values.total);
  return values;
}

LossValues Problem::evaluate_on(const std::vector<std::vector<float>>& activations) {
  return graph_->evaluate_on(pixels(), own_gradient(), activations);
}

void Problem::check_finite(double value) {
  if (std::isfinite(value)) return;
  const std::string where = graph_->find_overflow(pixels(), own_gradient());
  throw InputError(fmt::format(
      "{}; use other weights, or on a GPU --precision tf32 or bf16, which hold larger numbers",
      where.empty() ? "the loss is not finite" : where));
}

}  // namespace vggstyle
