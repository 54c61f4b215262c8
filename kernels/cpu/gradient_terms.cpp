// dZ = [F > 0] * (G + t (P F - q 1^T) + s (F - F')), in place on G.
//
// P F is a matrix product with the positions as rows (panel_product.h): arithmetic bounds it. The
// rest of the formula is done on the tile before it is stored, so that G is read and written once.

#include "kernels/gradient_terms.h"

#include <algorithm>

#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"
#include "kernels/cpu/panel_product.h"

namespace vggstyle::cpu {
namespace {

/// In the panels of panel_product.h.
const float* p_of(const GradientTerms& terms) {
  return static_cast<const float*>(terms.style.p);
}
const float* q_of(const GradientTerms& terms) {
  return static_cast<const float*>(terms.style.q);
}

constexpr std::size_t kChunk = 8 * kPanelRows;  // positions of a task

/// The formula for one register: kBlock channels of one position. `product` is P F of it.
Vec finish(const GradientTerms& terms, std::size_t at, std::size_t channel, Vec g, Vec product) {
  const Vec f = load(elements(terms.activations) + at);
  if (terms.style) {
    g += terms.style_scale * (product - load(q_of(terms) + channel));
  }
  if (terms.content_target) {
    g += terms.content_scale * (f - load(elements(terms.content_target) + at));
  }
  return terms.mask ? (f > Vec{} ? g : Vec{}) : g;
}

/// `Rows` positions of one panel's channels, from P F to dZ.
template <std::size_t Rows, bool Accumulate>
void tile(const GradientTerms& terms, const Tensor& d, std::size_t panel, std::size_t position) {
  const auto channels = static_cast<std::size_t>(d.shape.channels);
  const auto end = [&](std::size_t row, std::size_t half, Vec product) {
    const std::size_t channel = panel * Panels::kWidth + half * kBlock;
    if (channel >= channels) return;
    const std::size_t at = block_offset(d.shape, channel / kBlock, position + row);
    const Vec g = Accumulate ? load(elements(d) + at) : Vec{};
    store(elements(d) + at, finish(terms, at, channel, g, product));
  };
  const std::size_t blocks = terms.style ? channels / kBlock : 0;
  panel_product<Rows>(
      elements(terms.activations) + position * kBlock, d.shape.positions() * kBlock, blocks,
      blocks > 0 ? p_of(terms) + Panels(channels, channels).start(panel) : nullptr,
      [](std::size_t, std::size_t) { return Vec{}; }, end);
}

template <bool Accumulate>
void blocked(const GradientTerms& terms, const Tensor& d) {
  const std::size_t positions = d.shape.positions();
  const auto channels = static_cast<std::size_t>(d.shape.channels);
  const std::size_t panels = Panels(channels, channels).count();
#pragma omp parallel for collapse(2) schedule(static)
  for (std::size_t chunk = 0; chunk < positions; chunk += kChunk) {
    for (std::size_t panel = 0; panel < panels; ++panel) {
      for_each_panel_rows(std::min(kChunk, positions - chunk), [&](auto rows, std::size_t row) {
        tile<rows, Accumulate>(terms, d, panel, chunk + row);
      });
    }
  }
}

/// The planar case: the 3 colour planes.
void planar(const GradientTerms& terms, const Tensor& d, bool accumulate) {
  const auto channels = static_cast<std::size_t>(d.shape.channels);
  const std::size_t positions = d.shape.positions();
  const Panels panels(channels, channels);
  for (std::size_t i = 0; i < channels; ++i) {
#pragma omp parallel for schedule(static)
    for (std::size_t m = 0; m < positions; ++m) {
      const std::size_t at = i * positions + m;
      const float f = elements(terms.activations)[at];
      float g = accumulate ? elements(d)[at] : 0.0F;
      if (terms.style) {
        float product = -q_of(terms)[i];
        for (std::size_t j = 0; j < channels; ++j) {
          product +=
              p_of(terms)[panels.index(i, j)] * elements(terms.activations)[j * positions + m];
        }
        g += terms.style_scale * product;
      }
      if (terms.content_target) g += terms.content_scale * (f - elements(terms.content_target)[at]);
      elements(d)[at] = !terms.mask || f > 0.0F ? g : 0.0F;
    }
  }
}

}  // namespace

void apply_gradient_terms(const GradientTerms& terms, const Tensor& d) {
  is_blocked(d.shape) ? blocked<true>(terms, d) : planar(terms, d, true);
}

void start_gradient(const GradientTerms& terms, const Tensor& d) {
  is_blocked(d.shape) ? blocked<false>(terms, d) : planar(terms, d, false);
}

}  // namespace vggstyle::cpu
