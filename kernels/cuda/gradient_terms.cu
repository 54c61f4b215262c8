// dZ = [F > 0] (G + t (P F - q 1^T) + s (F - F')), in place on G; plain.
//
// One thread computes one element: the threads of a block share a position's F (a broadcast) and
// read neighbouring columns of P, which is symmetric. Work is 2 C FLOP for C loads of F and of P:
// the caches bound it. The fast kernel is the convolution's (conv3x3_fast.cuh) with P F as its only
// steps; where it computes G, P F comes along as extra steps.

#include "kernels/cuda/gradient_terms.h"

#include "kernels/cuda/conv3x3/conv3x3_fast.h"
#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/ops.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;

template <typename T, typename Rounding>
__global__ void gradient_terms_plain(TermsView<T> terms, std::size_t positions, int channels,
                                     int stride, bool accumulate, T* d) {
  const std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x;
  const std::size_t position = i / static_cast<std::size_t>(channels);
  const int c = static_cast<int>(i % static_cast<std::size_t>(channels));
  if (position >= positions) return;
  const std::size_t first = position * static_cast<std::size_t>(stride);
  const std::size_t at = first + static_cast<std::size_t>(c);
  float g = accumulate ? to_float(d[at]) : 0.0F;
  if (terms.p != nullptr) {
    float product = 0;
    for (int k = 0; k < channels; ++k) {
      product += Rounding::round(terms.p[k * channels + c]) *
                 Rounding::round(to_float(terms.f[first + static_cast<std::size_t>(k)]));
    }
    g += terms.style_scale * product;
  }
  d[at] = from_float<T>(terms.finish(g, at, c));
  if (c + 1 < channels) return;
  // The padding, which is 0 in every tensor.
  for (int k = channels; k < stride; ++k) {
    d[first + static_cast<std::size_t>(k)] = from_float<T>(0.0F);
  }
}

}  // namespace

void gradient_terms(const Kernels& kernels, const GradientTerms& terms, bool accumulate,
                    const Tensor& d) {
  const int channels = d.shape.channels;
  if (!kernels.plain && terms.style && is_fast(channels, channels)) {
    with_precision(kernels.precision, [&]<typename T>(T, auto) {
      ConvEpilogue<T> epilogue;
      epilogue.terms = TermsView<T>(terms);
      epilogue.has_terms = true;
      if (accumulate) epilogue.addend = elements<const T>(d);
      conv3x3_fast<T>(kernels.device, kernels.precision,
                      {{d.shape.height, d.shape.width}, 0, channels}, nullptr, nullptr,
                      style_steps<T>(terms), epilogue, {}, elements<T>(d));
    });
    return;
  }
  // The colours are float32 in every precision (layout.h).
  const Precision precision = channels == kColors ? Precision::kFloat32 : kernels.precision;
  with_precision(precision, [&]<typename T, typename Rounding>(T, Rounding) {
    launch(kernels.device, "gradient_terms_plain", gradient_terms_plain<T, Rounding>,
           {ceil_div(d.shape.elements(), kThreads), kThreads}, TermsView<T>(terms),
           d.shape.positions(), channels, position_stride(channels), accumulate, elements<T>(d));
  });
}

}  // namespace vggstyle::cuda
