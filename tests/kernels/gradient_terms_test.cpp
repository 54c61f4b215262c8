#include "tests/reference/losses.h"
#include "tests/reference/ops.h"
#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;

namespace {

/// dZ = [F > 0] (G + t (P F - q 1^T) + s (F - F')) as written, for a symmetric P.
struct Plain {
  std::vector<double> p, q;
  double t = 0, s = 0;
  bool mask = true;

  std::vector<double> operator()(Shape shape, const std::vector<float>& f,
                                 const std::vector<float>& target,
                                 const std::vector<float>& g) const {
    const std::size_t m = shape.positions(), c = static_cast<std::size_t>(shape.channels);
    std::vector<double> result(f.size());
    for (std::size_t i = 0; i < c; ++i) {
      for (std::size_t x = 0; x < m; ++x) {
        const auto at = [&](const std::vector<float>& v, std::size_t channel) {
          return static_cast<double>(v[channel * m + x]);
        };
        double product = -q[i];
        for (std::size_t j = 0; j < c; ++j) product += p[i * c + j] * at(f, j);
        const double d = at(g, i) + t * product + s * (at(f, i) - at(target, i));
        result[i * m + x] = mask && !(at(f, i) > 0) ? 0.0 : d;
      }
    }
    return result;
  }
};

/// P and q of a style layer: those of the loss |g - g'|^2 + |gc - gc'|^2.
struct Style {
  std::unique_ptr<StyleLayer> layer;
  Plain plain;

  Style(TestBackend& backend, const Tensor& activations) {
    const auto c = static_cast<std::size_t>(activations.shape.channels);
    layer = backend->make_style_layer(activations.shape);
    layer->begin(activations);
    layer->accumulate(activations);
    std::vector<double> gram(c * c), mean(c);
    layer->statistics(gram, mean);
    layer->set_target(std::vector<double>(c * c, 0.01), std::vector<double>(c, 0.1));
    GuardedBuffer value(*backend, sizeof(double));
    layer->loss_terms(1, 1, value.as<double>());
    plain.p.resize(c * c);
    plain.q.resize(c);
    const double factor = 4.0 / static_cast<double>(activations.shape.positions());
    for (std::size_t i = 0; i < c; ++i) {
      for (std::size_t j = 0; j < c; ++j) {
        const double raw = gram[i * c + j] - 0.01;
        const double centered = gram[i * c + j] - mean[i] * mean[j];  // the target's is 0
        plain.p[i * c + j] = factor * (raw + centered);
        plain.q[i] += factor * centered * mean[j];
      }
    }
  }

  void add_to(GradientTerms& terms) const {
    terms.style = layer->derivative();
    terms.style_scale = 0.75F;
  }
};

/// G goes through a convolution with the identity as its only tap to where the terms apply.
void dgrad_of_identity(TestBackend& backend, const GradientTerms& terms,
                       const std::vector<float>& g, const Tensor& d) {
  const Shape shape = d.shape;
  const auto c = static_cast<std::size_t>(shape.channels);
  std::vector<float> identity(c * c * 9);
  for (std::size_t i = 0; i < c; ++i) identity[(i * c + i) * 9 + 4] = 1;
  const std::vector<float> bias(c);
  const auto conv = backend->make_conv3x3({shape, shape.channels, identity, bias, true});
  GuardedBuffer workspace(*backend, conv->workspace_bytes());
  GuardedTensor d_out(*backend, shape, g);
  conv->dgrad(d_out.tensor, &terms, d, workspace.as<void>());
}

}  // namespace

TEST_CASE("gradient terms: mask, P F, q and content, alone and together, in place on G") {
  TestBackend backend;
  for (const Shape shape : {Shape{16, 3, 3}, Shape{64, 1, 7}, Shape{80, 5, 5}, Shape{128, 11, 9},
                            Shape{512, 4, 7}, Shape{64, 30, 27}}) {
    const auto c = static_cast<std::size_t>(shape.channels);
    const double products = static_cast<double>(c * c * shape.positions());
    if (!backend.affords(40 * products)) continue;  // eight ways, most with an identity convolution
    const std::vector<float> f = random_floats(shape.elements(), 1, -1, 1);
    const std::vector<float> content = random_floats(shape.elements(), 2, -1, 1);
    const std::vector<float> g = random_floats(shape.elements(), 3, -1, 1);
    GuardedTensor activations(*backend, shape, f), target(*backend, shape, content);
    Style of_layer(backend, activations.tensor);
    for (const bool style : {false, true}) {
      for (const bool with_content : {false, true}) {
        for (const bool start : {false, true}) {
          CAPTURE(shape.channels);
          CAPTURE(style);
          CAPTURE(with_content);
          CAPTURE(start);
          of_layer.plain.t = style ? 0.75 : 0;
          of_layer.plain.s = with_content ? 0.5 : 0;
          GradientTerms terms;
          terms.activations = activations.tensor;
          if (style) of_layer.add_to(terms);
          if (with_content) {
            terms.content_target = target.tensor;
            terms.content_scale = 0.5F;
          }
          GuardedTensor d(*backend, shape, g);
          if (start) {
            backend->start_gradient(terms, d.tensor);
          } else {
            dgrad_of_identity(backend, terms, g, d.tensor);
          }
          const std::vector<float> zero(g.size());
          const std::vector<double> expected = of_layer.plain(shape, f, content, start ? zero : g);
          CHECK(relative_error(d.read(), expected) < backend.bound(5e-6));
        }
      }
    }
  }
}

TEST_CASE("gradient terms: P F of more channels than a pipeline has stages") {
  TestBackend backend;
  const Shape shape{256, 2, 3};
  const std::vector<float> f = random_floats(shape.elements(), 1, -1, 1);
  const std::vector<float> zero(f.size());
  const GuardedTensor activations(*backend, shape, f), d(*backend, shape, zero);
  Style of_layer(backend, activations.tensor);
  of_layer.plain.t = 0.75;
  GradientTerms terms;
  terms.activations = activations.tensor;
  of_layer.add_to(terms);
  backend->start_gradient(terms, d.tensor);
  CHECK(relative_error(d.read(), of_layer.plain(shape, f, zero, zero)) < backend.bound(5e-6));
}
