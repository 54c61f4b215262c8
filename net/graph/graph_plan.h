#pragma once

#include <string>
#include <vector>

#include "kernels/storage.h"
#include "kernels/tensor.h"
#include "net/layers.h"
#include "net/loss_spec.h"
#include "net/tiles/tile_plan.h"
#include "runtime/ranks/ranks.h"

namespace vggstyle {

/// One convolution that a graph has: its tensors, and what it takes of one evaluation.
struct LayerPlan {
  int layer = 0;  ///< index into conv_layers()
  std::string name;
  Shape in, shape;       ///< what it reads; its activations
  Shape pooled;          ///< after the pool that follows; no channels: none, or nothing needs it
  double conv_flop = 0;  ///< forward and back to its input; multiply-adds count twice
  double gram_flop = 0;  ///< of a style layer: half of F F^T, all of P F
  /// Activations and gradients, read or written once by each kernel that needs them: fprop (in,
  /// out), Gram (out), dgrad (gradient, in as the mask, gradient of in).
  double bytes = 0;
  double memory_bytes = 0;  ///< what is kept for it: activations, filters, statistics, targets

  bool has_pool() const { return pooled.channels > 0; }
  double flop() const { return conv_flop + gram_flop; }
};

/// What a Graph of this size and loss has and takes, known without making it: Graph is built from
/// it, memory is checked and time predicted by it.
struct GraphPlan {
  Model model;
  Shape pixels;
  std::vector<LossTerm> terms;    ///< terms_of() the loss
  std::vector<LayerPlan> layers;  ///< up to the deepest that a term needs, from the pixels upwards
  Shape largest;                  ///< of the tensors that gradients are stored in
  double shared_bytes = 0;        ///< memory that belongs to no layer: pixels, gradients, workspace

  double flop() const;
  double bytes() const;
  /// As Graph::memory_bytes(), within 3 %, for 128 x 128 pixels and more.
  double memory_bytes() const;
};

/// `pixels` has 3 channels. Without gradient only the memory is of use: the work is that of both
/// ways. `in_tiles`: it is that of a tile's window.
GraphPlan plan_graph(Model model, Shape pixels, const LossSpec& spec, const StorageFacts& storage,
                     bool with_gradient = true, bool in_tiles = false);

/// The tiles of each of so many ranks; of a picture that is not shared, one plan. InputError if there are more ranks
/// than parts of it.
std::vector<TilePlan> plan_tiles(Model model, const LossSpec& spec, Shape picture, int tile,
                                 bool with_gradient, int ranks);

/// Those of one of `ranks`, or with null of a picture that is not shared.
TilePlan plan_own_tiles(Model model, const LossSpec& spec, Shape picture, int tile,
                        bool with_gradient, const Ranks* ranks);

/// What a Graph takes in all, as Graph::memory_bytes(), in tiles with windows of at most `tile` (0: in one); among
/// ranks, what it takes of the one that takes most. InputError if there are too many of them.
double graph_bytes(Model model, Shape pixels, const LossSpec& spec, const StorageFacts& storage,
                   bool with_gradient, int tile, int ranks = 1);

}  // namespace vggstyle
