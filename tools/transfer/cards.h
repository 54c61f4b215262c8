#pragma once

#include <string>
#include <string_view>

#include "kernels/precision.h"
#include "net/graph/graph_plan.h"

namespace vggstyle {

/// A GPU as its data sheet has it, for --as: what a run would take on a card that is not here.
struct Card {
  std::string_view name;       ///< as it is typed: "rtx4090"
  std::string_view full_name;  ///< "NVIDIA GeForce RTX 4090"
  int capability;              ///< major * 10 + minor
  double fp32, tf32, fp16;     ///< TFLOP/s, dense, float32 sums; 0 where there is none
  double bandwidth;            ///< GB/s
  double memory;               ///< GB (1e9 bytes)

  /// TFLOP/s of the products of convolutions and Gram matrices; 0 if it cannot.
  double tflops(Precision precision) const;
  /// What a run can have: the memory without what the driver and a context take.
  double usable_bytes() const;
};

/// "t4, a100, ...".
std::string card_names();
/// InputError, which lists the names, if there is none such.
const Card& find_card(std::string_view name);

/// The least that a layer takes on a card, in seconds: the larger of its work at the peak and of
/// its bytes at the bandwidth. Products of 3 channels are float32 in every precision.
double floor_seconds(const Card& card, Precision precision, const LayerPlan& layer);
double floor_seconds(const Card& card, Precision precision, const GraphPlan& plan);

/// What an evaluation is expected to take, in seconds: the floor by the share of it that the model
/// of docs/kernels.md ("The prediction") reaches at 512 x 512 on an RTX 4090 or an H100, whichever
/// the card is more like, and its launches. An assumption, not a measurement.
double predicted_seconds(const Card& card, Precision precision, const GraphPlan& plan);

}  // namespace vggstyle
