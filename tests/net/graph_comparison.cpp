#include "tests/net/graph_comparison.h"

#include "net/synthetic_weights.h"
#include "tests/reference/network.h"

namespace vggstyle::testing {

namespace ref = vggstyle::reference;

namespace {

bool is_half(Precision precision) {
  return precision == Precision::kFloat16 || precision == Precision::kBfloat16;
}

GraphOptions graph_options(const LossSpec& spec, Shape shape) {
  GraphOptions options;
  options.regions = regions_of(spec.regions, shape.height, shape.width);
  if (spec.content_weights) {
    options.content_weights = content_weights_of(shape.height, shape.width);
  }
  return options;
}

/// Chosen in float32, as the tool does.
Balance balance(const NetworkWeights& weights, const LossSpec& spec, Shape shape,
                const std::vector<float>& rgb, const std::vector<float>& other) {
  const TestEngine engine = make_comparison_engine();
  Graph graph(*engine.backend, weights, shape.height, shape.width, spec,
              graph_options(spec, shape));
  std::vector<float> target(other);
  target.resize(rgb.size());
  graph.set_style_targets(graph.style_statistics(target.data()));
  graph.set_content_target(target.data());
  const std::size_t bytes = rgb.size() * sizeof(float);
  const Buffer pixels(*engine.device, bytes), gradient(*engine.device, bytes);
  engine.device->upload(pixels.data(), rgb.data(), bytes);
  return choose_balance(weights.model, graph.magnitudes(pixels.as<float>(), gradient.as<float>()));
}

/// The reference makes its own targets.
std::vector<ref::RegionMask> reference_masks(const std::vector<StyleRegion>& regions) {
  std::vector<ref::RegionMask> masks;
  for (const StyleRegion& region : regions) {
    masks.emplace_back(region.weights.begin(), region.weights.end());
  }
  return masks;
}

struct ReferenceTargets {
  std::vector<StyleStatistics> style;
  std::vector<ref::Tensor> content;
};

ReferenceTargets reference_targets(const NetworkWeights& weights, const LossSpec& spec,
                                   const ref::Tensor& style, const ref::Tensor& content, int last) {
  ReferenceTargets targets;

  const auto of_style = ref::activations(weights, style, spec.pooling, last, spec.padding);
  auto masks = reference_masks(regions_of(spec.regions, style.height, style.width));
  if (masks.empty()) masks.emplace_back();
  for (const ref::RegionMask& mask : masks) {
    for (const LossLayer& l : spec[LossKind::kStyle].layers) {
      targets.style.push_back(ref::style_statistics(
          l.layer == kPixelLayer ? ref::unit_rgb(style)
                                 : of_style[static_cast<std::size_t>(l.layer)],
          mask.empty() ? mask : ref::mask_at(mask, style, weights.model, l.layer)));
    }
  }
  const auto of_content = ref::activations(weights, content, spec.pooling, last, spec.padding);
  for (const LossLayer& l : spec[LossKind::kContent].layers) {
    targets.content.push_back(of_content[static_cast<std::size_t>(l.layer)]);
  }
  return targets;
}

void check_grams(const TestBackend& backend, const std::vector<StyleStatistics>& targets,
                 const std::vector<StyleStatistics>& reference_targets) {
  // A Gram matrix multiplies two activations, each with its error.
  const double least = backend.variant.least_bound;
  const double gram_bound = least > 1e-5 ? 2 * least : 1e-5;
  for (std::size_t s = 0; s < targets.size(); ++s) {
    CHECK(relative_error(targets[s].gram, reference_targets[s].gram) < gram_bound);
  }
}

void check_values(const TestBackend& backend, const LossValues& values, const ref::Evaluation& e) {
  REQUIRE(values.terms.size() == e.style.size() + e.content.size() + (e.tv != 0 ? 1 : 0));
  std::size_t styles = 0, contents = 0;
  for (const TermValue& term : values.terms) {
    const double expected = term.kind == LossKind::kStyle     ? e.style[styles++]
                            : term.kind == LossKind::kContent ? e.content[contents++]
                                                              : e.tv;
    CHECK(term.value == doctest::Approx(expected).epsilon(10 * backend.bound(1e-5)));
  }
  CHECK(values.sum(LossKind::kTv) == doctest::Approx(e.tv).epsilon(backend.bound(1e-5)));
  CHECK(values.total == doctest::Approx(e.total).epsilon(10 * backend.bound(1e-5)));
}

}  // namespace

const NetworkWeights& weights_of(Model model) {
  static const NetworkWeights vgg16 = synthetic_weights(Model::kVgg16, 1);
  static const NetworkWeights vgg19 = synthetic_weights(Model::kVgg19, 2);
  return model == Model::kVgg16 ? vgg16 : vgg19;
}

std::vector<float> picture(int height, int width, unsigned seed) {
  std::vector<float> rgb =
      random_floats(static_cast<std::size_t>(3 * height * width), seed, -40, 40);
  std::size_t i = 0;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x, ++i) {
        const float phase = 0.4F * static_cast<float>(x + c) + 0.3F * static_cast<float>(y) +
                            static_cast<float>(seed);
        rgb[i] += 128 + 80 * std::sin(phase);
      }
    }
  }
  return rgb;
}

std::vector<LossLayer> all_layers(Model model) {
  std::vector<LossLayer> layers;
  for (std::size_t i = 0; i < conv_layers(model).size(); ++i) {
    layers.push_back({static_cast<int>(i), 1.0 + 0.25 * static_cast<double>(i % 3)});
  }
  return layers;
}

LossSpec kinds_up_to_conv2_2() {
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {1, 0.5}, {3, 1}};
  spec[LossKind::kContent].layers = {{kPixelLayer, 1}, {1, 1}, {3, 0.5}};
  spec[LossKind::kContent].weight = 0.1;
  spec[LossKind::kTv].weight = 0.01;
  return spec;
}

LossSpec kinds_up_to_conv2_1() {
  LossSpec spec;
  spec[LossKind::kStyle].layers = {{kPixelLayer, 0.5}, {0, 1}, {2, 1}};
  spec[LossKind::kContent].layers = {{2, 1}};
  spec[LossKind::kContent].weight = 0.1;
  spec[LossKind::kTv].weight = 0.01;
  return spec;
}

std::vector<StyleRegion> regions_of(int count, int height, int width) {
  std::vector<StyleRegion> regions;
  for (int r = 0; r < count; ++r) {
    StyleRegion region{std::to_string(r), {}};
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const float at = static_cast<float>(x) / static_cast<float>(width);
        const bool inside = (r + y) % 5 < 3 && 3 * x > width;
        region.weights.push_back(r % 2 == 0 ? std::clamp(1.2F - 1.6F * at, 0.0F, 1.0F)
                                            : (inside ? 1.0F : 0.0F));
      }
    }
    regions.push_back(std::move(region));
  }
  return regions;
}

std::vector<float> content_weights_of(int height, int width) {
  std::vector<float> weights;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      weights.push_back(5 * x >= 4 * width ? 0.0F : (x + y) % 3 == 0 ? 2.0F : 0.5F);
    }
  }
  return weights;
}

void compare_with_reference(TestBackend& backend, Model model, const LossSpec& spec, int height,
                            int width) {
  const NetworkWeights& weights = weights_of(model);
  const Shape shape{3, height, width}, style_shape{3, height + 3, width + 2};
  const std::vector<float> rgb = picture(height, width, 1);
  const std::vector<float> style = picture(style_shape.height, style_shape.width, 2);
  const std::vector<float> content = picture(height, width, 3);

  GraphOptions options = graph_options(spec, shape);
  if (is_half(backend->precision())) options.balance = balance(weights, spec, shape, rgb, style);
  Graph graph(*backend, weights, height, width, spec, options);
  GraphOptions style_options = graph_options(spec, style_shape);
  style_options.with_gradient = false;
  style_options.balance = options.balance;
  Graph style_graph(*backend, weights, style_shape.height, style_shape.width, spec, style_options);
  const std::vector<StyleStatistics> targets = style_graph.style_statistics(style.data());
  graph.set_style_targets(targets);
  graph.set_content_target(content.data());
  GuardedBuffer pixels(*backend, rgb.size() * sizeof(float));
  GuardedBuffer gradient(*backend, rgb.size() * sizeof(float));
  backend->device().upload(pixels.as<float>(), rgb.data(), rgb.size() * sizeof(float));
  const LossValues values = graph.evaluate(pixels.as<float>(), gradient.as<float>());
  std::vector<float> d(rgb.size());
  backend->device().download(d.data(), gradient.as<float>(), d.size() * sizeof(float));

  const int last = graph.layer_count() - 1;
  const ReferenceTargets goals = reference_targets(
      weights, graph.spec(), to_reference(style, style_shape), to_reference(content, shape), last);
  const ref::Evaluation e =
      ref::evaluate(weights, graph.spec(), to_reference(rgb, shape), goals.style, goals.content,
                    reference_masks(options.regions),
                    {options.content_weights.begin(), options.content_weights.end()});

  check_grams(backend, targets, goals.style);
  for (int layer = 0; layer <= last; ++layer) {
    CAPTURE(layer);
    CHECK(relative_error(graph.activations(layer),
                         e.activations[static_cast<std::size_t>(layer)].data) <
          backend.bound(1e-5));
  }
  check_values(backend, values, e);
  CHECK(relative_error(d, e.gradient.data) < backend.variant.gradient_bound);
}

}  // namespace vggstyle::testing
