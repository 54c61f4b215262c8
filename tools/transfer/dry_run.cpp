#include "tools/transfer/dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/cost.h"
#include "runtime/error.h"
#include "tools/cli/loss_options.h"
#include "tools/cli/numbers.h"
#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"
#include "tools/session/engine.h"
#include "tools/session/expected_time.h"
#include "tools/session/run_memory.h"
#include "tools/session/sizes.h"
#include "tools/transfer/cards.h"
#include "tools/transfer/progress.h"

namespace vggstyle {
namespace {

struct Plan {
  RunShape shape;
  PictureSize size;
  Precision precision;
  const Card* card = nullptr;  ///< --as
  std::string device;
  double available;
};

std::string text_of(PictureSize size) {
  return fmt::format("{}x{}", size.first, size.second);
}

PictureSize size_of_file(const std::string& path, const RunRequest& request) {
  const Picture picture = read_picture(path, parse_color(request.pictures.background));
  return {picture.width, picture.height};
}

/// Where the computing is done: what is asked for, or for a card that is not here, the CPU, which
/// only reads the weights.
NetworkOptions network_of(const RunRequest& request) {
  NetworkOptions network = request.network;
  if (!request.as_card.empty()) {
    network.device = "cpu";
    network.precision = "auto";
  }
  return network;
}

Precision card_precision(const Card& card, const std::string& name) {
  if (name == "auto") return card.tf32 > 0 ? Precision::kTf32 : Precision::kFloat32;
  const std::optional<Precision> precision = parse_precision(name);
  if (!precision || card.tflops(*precision) <= 0) {
    throw InputError(fmt::format("--precision {}: {} computes in {}", name, card.full_name,
                                 card.tf32 > 0 ? "fp32, 3xtf32, tf32, fp16 and bf16" : "fp32"));
  }
  return *precision;
}

Plan make_plan(const RunRequest& request, const Engine& engine) {
  const Model model = engine.weights.model;
  Plan plan{
      {model,
       make_loss_spec(request.loss, request.task, model),
       make_search(request.search, parse_normalization(request.loss.normalization), request.task),
       {},
       {}},
      {},
      engine.backend->precision(),
      nullptr,
      engine.device->name(),
      static_cast<double>(engine.device->available_memory())};
  plan.shape.storage = engine.storage();
  if (!request.as_card.empty()) {
    plan.card = &find_card(request.as_card);
    plan.precision = card_precision(*plan.card, request.network.precision);
    plan.shape.storage = gpu_storage(plan.precision);
    plan.device = fmt::format("{} (not here: from its data sheet)", plan.card->full_name);
    plan.available = plan.card->usable_bytes();
  }
  const std::string& shaping =
      request.task == Task::kTexture ? request.styles.front() : request.content;
  plan.size = output_size(size_of_file(shaping, request), request.pictures.size);
  for (const std::string& style : request.styles) {
    plan.shape.styles.push_back(style_size(size_of_file(style, request), request.pictures,
                                           std::max(plan.size.first, plan.size.second)));
  }
  return plan;
}

void print_layers(const Plan& plan, const GraphCost& cost) {
  fmt::print("{:<9} {:>16} {:>10} {:>12} {:>11}{}\n", "layer", "shape", "GFLOP", "traffic MB",
             "memory MB", plan.card != nullptr ? fmt::format(" {:>10}", "floor ms") : "");
  const auto number = [](double value, int decimals) {
    return value > 0 ? fmt::format("{:.{}f}", value, decimals) : std::string();
  };
  const auto line = [&](const std::string& name, const std::string& shape, double flop,
                        double bytes, double memory, double floor) {
    fmt::print("{:<9} {:>16} {:>10} {:>12} {:>11.1f}{}\n", name, shape, number(flop * 1e-9, 2),
               number(bytes * 1e-6, 1), memory * 1e-6,
               floor > 0 ? fmt::format(" {:>10.3f}", floor * 1e3) : "");
  };
  const auto floor = [&](const auto& what) {
    return plan.card == nullptr ? 0 : floor_seconds(*plan.card, plan.precision, what);
  };
  for (const LayerCost& layer : cost.layers) {
    line(layer.name,
         fmt::format("{}x{}x{}", layer.shape.channels, layer.shape.height, layer.shape.width),
         layer.flop(), layer.bytes, layer.memory_bytes, floor(layer));
  }
  const double rest = run_bytes(plan.shape, plan.size) - cost.memory_bytes() + cost.shared_bytes;
  line("the rest", "", 0, 0, rest, 0);
  line("all", "", cost.flop(), cost.bytes(), cost.memory_bytes() - cost.shared_bytes + rest,
       floor(cost));
}

void print_memory(const Plan& plan) {
  const double needed = run_bytes(plan.shape, plan.size);
  const PictureSize largest = largest_size(plan.shape, plan.size, plan.available);
  fmt::print("memory    {:.0f} MB of {:.0f} MB: {}; largest size that fits: {}\n", needed * 1e-6,
             plan.available * 1e-6, needed <= plan.available ? "fits" : "does not fit",
             largest.first == 0 ? "none" : text_of(largest));
}

void print_time(const Plan& plan, double seconds, std::string_view source) {
  fmt::print("time      about {:.3g} ms an evaluation, {} for {}: {}\n", seconds * 1e3,
             duration_text(seconds * plan.shape.search.iterations), plan.shape.search.iterations,
             source);
}

}  // namespace

int dry_run(const RunRequest& request) {
  check_sizes(request.pictures);
  Engine engine = make_engine(make_device(network_of(request)), network_of(request));
  const Plan plan = make_plan(request, engine);
  engine.require(deepest_layer(plan.shape.spec));
  const Shape pixels{3, plan.size.second, plan.size.first};
  const GraphCost cost = graph_cost(plan.shape.model, pixels, plan.shape.spec, plan.shape.storage);

  fmt::print("{}, {}, {}, {} pixels\n\n", plan.device, precision_name(plan.precision),
             model_name(plan.shape.model), text_of(plan.size));
  print_layers(plan, cost);
  fmt::print("\n");
  print_memory(plan);
  if (plan.card != nullptr) {
    print_time(plan, predicted_seconds(*plan.card, plan.precision, cost),
               "predicted as in docs/kernels.md, never measured");
  } else {
    print_time(plan, measured_seconds(engine, plan.shape.spec, plan.size),
               fmt::format("from one of at most {} pixels a side just now", kTimedSize));
  }
  return 0;
}

}  // namespace vggstyle
