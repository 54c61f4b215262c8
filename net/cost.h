#pragma once

#include <string>
#include <vector>

#include "kernels/storage.h"
#include "kernels/tensor.h"
#include "net/loss_spec.h"

namespace vggstyle {

/// What one layer takes of one evaluation.
struct LayerCost {
  std::string name;
  int in_channels = 0;
  Shape shape;           ///< of its activations
  double conv_flop = 0;  ///< forward and back to its input; multiply-adds count twice
  double gram_flop = 0;  ///< of a style layer: half of F F^T, all of P F
  /// Activations and gradients, read or written once by each kernel that needs them: fprop (in,
  /// out), Gram (out), dgrad (gradient, in as the mask, gradient of in).
  double bytes = 0;
  double memory_bytes = 0;  ///< what is kept for it: activations, filters, statistics, targets

  double flop() const { return conv_flop + gram_flop; }
};

/// What a Graph takes, known without making it.
struct GraphCost {
  std::vector<LayerCost> layers;  ///< those that exist, from the pixels upwards
  double shared_bytes = 0;        ///< memory that belongs to no layer: pixels, gradients, workspace

  double flop() const;
  double bytes() const;
  /// As Graph::memory_bytes(), within 3 %, for 128 x 128 pixels and more.
  double memory_bytes() const;
};

/// `pixels` has 3 channels. Without gradient only the memory is of use: the work is that of both
/// ways.
GraphCost graph_cost(Model model, Shape pixels, const LossSpec& spec, const StorageFacts& storage,
                     bool with_gradient = true);

}  // namespace vggstyle
