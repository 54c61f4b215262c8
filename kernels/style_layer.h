#pragma once

#include <cstddef>
#include <span>

#include "kernels/position_weights.h"
#include "kernels/tensor.h"

namespace vggstyle {

/// P and q of a style layer, as its backend has packed them in device memory: to be passed on, to an
/// operation of the same backend.
struct StyleDerivative {
  const void* p = nullptr;
  const void* q = nullptr;

  explicit operator bool() const { return p != nullptr; }
};

/// The style statistics and style loss of one layer with C channels, in the three steps that stay
/// apart so that sums can be collected over tiles of a picture before a loss is formed:
///
///   statistics:  begin(F of one tile), accumulate(F) for each tile
///   loss terms:  loss_terms(a, b) once
///   backward:    derivative() through GradientTerms, for each tile
///
/// In exact arithmetic, with M positions in all, mu = F 1 / M, g = F F^T / M, gc = g - mu mu^T:
///
///   value        = a |g - g'|^2 + b |gc - gc'|^2     (Frobenius norms; a = 0 is `centered`,
///                                                     b = 0 is `raw`)
///   P            = 4/M (a (g - g') + b (gc - gc'))
///   q            = 4/M b (gc - gc') mu
///   d value / dF = P F - q 1^T
///
/// With weights w_m of the positions (a region, whose edges may be soft) M is their sum and every sum
/// over positions is a weighted one, mu = F w / M, g = F diag(w) F^T / M; the derivative at position m
/// is w_m (P F - q 1^T), of which P and q are what derivative() gives (Backend::add_weighted). Gatys
/// et al. 2017, "Controlling perceptual factors in neural style transfer", section 3, eq. 5-6, where
/// the guidance channel T is sqrt(w).
///
/// g - mu mu^T cancels badly in float32 where means are large against deviations. So the product is
/// taken of F - s with a shift s near mu, found from a sample of F by begin(): with S the sum of
/// (F - s)(F - s)^T,  gc = S/M - (mu - s)(mu - s)^T  and  g = gc + mu mu^T.
/// Error against float64, relative norm: 1e-6 for g, 1e-5 for gc (CPU, float32 products of fixed
/// chunks of positions, float64 sums over chunks). Same bytes for any number of threads.
class StyleLayer {
 public:
  virtual ~StyleLayer() = default;

  virtual int channels() const = 0;
  /// Device memory that the layer holds.
  virtual std::size_t bytes() const = 0;

  /// Forgets all sums and chooses the shift from `f`.
  virtual void begin(const Tensor& f) = 0;
  /// Adds the positions of `f` to the sums, each with its weight. All calls since begin() have
  /// weights, or none.
  virtual void accumulate(const Tensor& f, const PositionWeights& weights) = 0;
  void accumulate(const Tensor& f) { accumulate(f, {}); }
  /// What the sums say, for people and files: g (C x C, row-major) and mu (C) in float64.
  virtual void statistics(std::span<double> gram, std::span<double> mean) = 0;
  /// M of the sums.
  virtual double positions() const = 0;

  /// The target g', mu'.
  virtual void set_target(std::span<const double> gram, std::span<const double> mean) = 0;
  /// Forms P and q from the sums and the target, and writes the value to `value` (device memory).
  virtual void loss_terms(double a, double b, double* value) = 0;
  /// In its place, for a loss that was formed from statistics() on the host: takes its P (C x C, row-major,
  /// symmetric) and q (C), and writes `loss` to `value` (device memory). Not within a recording.
  virtual void set_loss_terms(double loss, std::span<const float> p, std::span<const float> q,
                              double* value) = 0;
  /// P and q as the last loss_terms() has formed them, or set_loss_terms() set them; the next one puts
  /// others in their place.
  virtual StyleDerivative derivative() const = 0;
};

/// A call of loss_terms() that may share its launches with those of other layers.
struct StyleLoss {
  StyleLayer* layer;
  double a, b;
  double* value;
};

}  // namespace vggstyle
