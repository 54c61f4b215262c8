#include "tools/transfer/cards.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "runtime/error.h"

namespace vggstyle {
namespace {

// NVIDIA's data sheets and architecture whitepapers (Turing, GA100, GA102, AD102, GH100,
// Blackwell). Tensor cores of GeForce cards sum 16-bit products in float32 at half their advertised
// rate.
constexpr Card kCards[] = {
    {"t4", "NVIDIA T4", 75, 8.1, 0, 0, 320, 16},
    {"a100", "NVIDIA A100 SXM 80 GB", 80, 19.5, 156, 312, 2039, 80},
    {"rtx3090", "NVIDIA GeForce RTX 3090", 86, 35.6, 35.6, 71.2, 936, 24},
    {"rtx4090", "NVIDIA GeForce RTX 4090", 89, 82.6, 82.6, 165.2, 1008, 24},
    {"l40s", "NVIDIA L40S", 89, 91.6, 183, 362, 864, 48},
    {"h100", "NVIDIA H100 SXM", 90, 66.9, 494.7, 989.4, 3350, 80},
    {"h200", "NVIDIA H200 SXM", 90, 66.9, 494.7, 989.4, 4800, 141},
    {"rtx5090", "NVIDIA GeForce RTX 5090", 120, 104.8, 104.8, 209.5, 1792, 32},
};

constexpr double kContextBytes = 0.6e9;
constexpr double kLaunchSeconds = 1.5e-6;
constexpr double kLaunchesPerLayer = 12;

/// Of the floor, without launches: docs/kernels.md.
double reached_share(const Card& card, Precision precision) {
  const bool hopper = card.capability == 90;
  switch (precision) {
    case Precision::kFloat32:
      return 0.53;
    case Precision::kTf32:
    case Precision::k3xTf32:
      return hopper ? 0.35 : 0.74;
    default:
      return hopper ? 0.37 : 0.70;
  }
}

}  // namespace

double Card::tflops(Precision precision) const {
  switch (precision) {
    case Precision::kFloat32:
      return fp32;
    case Precision::kTf32:
      return tf32;
    case Precision::k3xTf32:
      return tf32 / 3;
    default:
      return fp16;
  }
}

double Card::usable_bytes() const {
  return memory * 1e9 - kContextBytes;
}

std::string card_names() {
  std::string names;
  for (const Card& card : kCards) names += (names.empty() ? "" : ", ") + std::string(card.name);
  return names;
}

const Card& find_card(std::string_view name) {
  for (const Card& card : kCards) {
    if (card.name == name) return card;
  }
  throw InputError(fmt::format("--as {}: unknown GPU; the known ones are {}", name, card_names()));
}

double floor_seconds(const Card& card, Precision precision, const LayerPlan& layer) {
  const bool first = layer.in.channels == 3;
  const double arithmetic =
      layer.conv_flop / ((first ? card.fp32 : card.tflops(precision)) * 1e12) +
      layer.gram_flop / (card.tflops(precision) * 1e12);
  return std::max(arithmetic, layer.bytes / (card.bandwidth * 1e9));
}

double floor_seconds(const Card& card, Precision precision, const GraphPlan& plan) {
  return std::accumulate(plan.layers.begin(), plan.layers.end(), 0.0,
                         [&](double sum, const LayerPlan& layer) {
                           return sum + floor_seconds(card, precision, layer);
                         });
}

double predicted_seconds(const Card& card, Precision precision, const GraphPlan& plan) {
  return floor_seconds(card, precision, plan) / reached_share(card, precision) +
         static_cast<double>(plan.layers.size()) * kLaunchesPerLayer * kLaunchSeconds;
}

}  // namespace vggstyle
