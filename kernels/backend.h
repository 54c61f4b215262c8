#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "kernels/content_loss.h"
#include "kernels/conv3x3.h"
#include "kernels/gradient_terms.h"
#include "kernels/pixel_ops.h"
#include "kernels/pool2x2.h"
#include "kernels/precision.h"
#include "kernels/storage.h"
#include "kernels/style_layer.h"
#include "kernels/tensor.h"
#include "kernels/vector_ops.h"
#include "runtime/device.h"

namespace vggstyle {

/// The kernels of one device: everything that net/ and optim/ compute goes through here. Each
/// operation's header is its contract; each backend (kernels/cpu/, ...) implements all of them.
/// Operations that hold packed weights or sums are made; the others are shared.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual Device& device() = 0;
  /// What decides how far its results may be from exact ones.
  virtual Precision precision() const = 0;

  /// What it takes to store something: for plans of memory.
  virtual StorageFacts storage() const = 0;
  /// Memory of a tensor of this shape in the backend's own layout, a multiple of 64.
  virtual std::size_t tensor_bytes(Shape shape) const = 0;
  /// Host array in channels x height x width order to tensor, and back.
  virtual void write(const float* chw, const Tensor& tensor) = 0;
  virtual void read(const Tensor& tensor, float* chw) = 0;
  /// Tensor to tensor of the same shape, on the device.
  virtual void copy(const Tensor& from, const Tensor& to) = 0;

  virtual std::unique_ptr<Conv3x3> make_conv3x3(const Conv3x3Problem& problem) = 0;
  /// For tensors of the channels of `f`, which is the largest of them; `weighted`: whose positions
  /// will have weights.
  virtual std::unique_ptr<StyleLayer> make_style_layer(Shape f, bool weighted = false) = 0;

  /// StyleLayer::loss_terms of layers that this backend made, all different, together.
  virtual void loss_terms(std::span<const StyleLoss> losses) {
    for (const StyleLoss& loss : losses) loss.layer->loss_terms(loss.a, loss.b, loss.value);
  }

  virtual Pool2x2& pool2x2() = 0;
  virtual ContentLoss& content_loss() = 0;
  virtual PixelOps& pixel_ops() = 0;
  virtual VectorOps& vector_ops() = 0;

  /// d = the terms of a layer that no gradient reaches from above (G = 0).
  virtual void start_gradient(const GradientTerms& terms, const Tensor& d) = 0;
  /// d += w x: every channel of a position of `x`, which has the shape of `d`, times its weight.
  virtual void add_weighted(const Tensor& x, const PositionWeights& weights, const Tensor& d) = 0;
};

/// The CPU backend over oneDNN, with the best kernels for this processor (kernels/cpu_kernels.h). `device` comes from
/// make_cpu_device and outlives the backend.
std::unique_ptr<Backend> make_cpu_backend(Device& device);

}  // namespace vggstyle
