#include "tools/transfer/dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/cuda/storage.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"
#include "tools/session/engine.h"
#include "tools/session/expected_time.h"
#include "tools/session/memory.h"
#include "tools/session/optimize.h"
#include "tools/session/pictures/sizes.h"
#include "tools/session/settings/check.h"
#include "tools/session/settings/masks.h"
#include "tools/session/settings/resolve.h"
#include "tools/transfer/cards.h"
#include "tools/transfer/progress.h"
#include "tools/transfer/read_problem.h"
#include "tools/transfer/standard_input.h"

namespace vggstyle {
namespace {

/// What a run would take, and where.
struct Forecast {
  MemoryFacts facts;
  PictureSize size;
  Precision precision;
  const Card* card = nullptr;  ///< --as
  std::string device;
  double available;
};

std::string size_text(PictureSize size) {
  return fmt::format("{}x{}", size.first, size.second);
}

struct FileFacts {
  PictureSize size;
  bool keeps_alpha;  ///< whether a run would keep transparent parts
};

FileFacts facts_of_file(const std::string& path, const RunRequest& request) {
  const PictureSettings& settings = request.settings.pictures;
  PictureSize found;
  const auto one_pixel = [&found](PictureSize size) {
    found = size;
    return PictureSize{1, 1};
  };
  const PictureAndAlpha read = read_with_alpha(path, settings.reading, one_pixel);
  if (path == request.content) check_profile(request, read.profile);
  return {found, settings.keep_alpha && read.alpha};
}

/// Where the computing is done: what is asked for, or for a card that is not here, the CPU, which
/// only reads the weights.
DeviceSettings device_of(const RunRequest& request) {
  DeviceSettings device = request.settings.device;
  if (!request.as_card.empty()) {
    device.kind = DeviceSettings::Kind::kCpu;
    device.precision.reset();
  }
  return device;
}

Precision card_precision(const Card& card, const std::optional<Precision>& asked) {
  const bool tensor_cores = card.tf32 > 0;
  const Precision precision = asked.value_or(tensor_cores ? Precision::kTf32 : Precision::kFloat32);
  if (card.tflops(precision) <= 0) {
    throw SettingError(
        "precision",
        fmt::format(" {}: {} computes in {}", precision_name(precision), card.full_name,
                    tensor_cores ? "fp32, 3xtf32, tf32, fp16 and bf16" : "fp32"));
  }
  return precision;
}

Forecast make_forecast(const RunRequest& request, const Engine& engine) {
  const auto& [network, device, loss, optimizer, start, pictures] = request.settings;
  Forecast forecast{{engine.model(),
                     resolve_loss(loss, request.task, engine.model(), engine.weights->kind),
                     resolve_optimizer(optimizer, loss.normalization, request.task),
                     {},
                     !pictures.style_masks.empty(),
                     engine.backend->storage(),
                     engine.backend->precision()},
                    {},
                    engine.backend->precision(),
                    nullptr,
                    with_threads(*engine.device),
                    static_cast<double>(engine.device->available_memory())};
  if (!request.as_card.empty()) {
    forecast.card = &find_card(request.as_card);
    forecast.precision = card_precision(*forecast.card, device.precision);
    forecast.facts.storage = gpu_storage(forecast.precision);
    forecast.facts.precision = forecast.precision;
    forecast.device = fmt::format("{} (not here: from its data sheet)", forecast.card->full_name);
    forecast.available = forecast.card->usable_bytes();
  }
  if (device.memory > 0) forecast.available = std::min(forecast.available, device.memory);
  for (const auto* masks : {&pictures.content_masks, &pictures.style_masks}) {
    for (const MaskSource& mask : *masks) {
      if (!mask.file.empty()) facts_of_file(mask.file, request);  // can it be read?
    }
  }
  const std::string& shaping =
      request.task == Task::kTexture ? request.styles.front() : request.content;
  const FileFacts shape = facts_of_file(shaping, request);
  const bool keeps_alpha = request.task != Task::kTexture && shape.keeps_alpha;
  check_picture_path(request.output.path, request.output.bits, keeps_alpha);
  const auto masks = static_cast<int>(pictures.content_masks.size());
  forecast.facts.loss.regions = masks == 0 && keeps_alpha ? 1 : masks;
  forecast.facts.loss.content_weights = keeps_alpha || !pictures.region_content.empty();
  resolve_padding(loss, device, forecast.facts.loss);
  forecast.size =
      output_size(shape.size, pictures.size, kDefaultSize,
                  tile_multiple(pictures, engine.model(), deepest_layer(forecast.facts.loss)));
  for (const std::string& style : request.styles) {
    const FileFacts facts = facts_of_file(style, request);
    forecast.facts.styles.push_back(
        style_size(facts.size, pictures, std::max(forecast.size.first, forecast.size.second)));
    forecast.facts.masked_styles |= facts.keeps_alpha;
  }
  return forecast;
}

void print_layers(const Forecast& forecast, const GraphPlan& plan) {
  fmt::print("{:<9} {:>16} {:>10} {:>12} {:>11}{}\n", "layer", "shape", "GFLOP", "traffic MB",
             "memory MB", forecast.card != nullptr ? fmt::format(" {:>10}", "floor ms") : "");
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
    return forecast.card == nullptr ? 0 : floor_seconds(*forecast.card, forecast.precision, what);
  };
  for (const LayerPlan& layer : plan.layers) {
    line(layer.name,
         fmt::format("{}x{}x{}", layer.shape.channels, layer.shape.height, layer.shape.width),
         layer.flop(), layer.bytes, layer.memory_bytes, floor(layer));
  }
  const double rest =
      run_bytes(forecast.facts, forecast.size) - plan.memory_bytes() + plan.shared_bytes;
  line("the rest", "", 0, 0, rest, 0);
  line("all", "", plan.flop(), plan.bytes(), plan.memory_bytes() - plan.shared_bytes + rest,
       floor(plan));
}

void print_memory(const Forecast& forecast) {
  const MemoryFacts& facts = forecast.facts;
  const PictureSize size = forecast.size;
  const double available = forecast.available;
  const int tile = find_tile(facts, size, available);
  const std::string fits = tile < 0   ? "does not fit"
                           : tile > 0 ? "fits in " + text_of(tiling_of(facts, size, tile))
                                      : "fits";
  const auto largest = [&](bool in_tiles) {
    const PictureSize most = largest_size(facts, size, available, in_tiles);
    return most.first == 0 ? "none" : size_text(most);
  };
  fmt::print("memory    {:.0f} MB of {:.0f} MB: {}; largest size that fits: {}, in tiles {}\n",
             run_bytes(facts, size, std::max(tile, 0)) * 1e-6, available * 1e-6, fits,
             largest(false), largest(true));
}

void print_time(const Forecast& forecast, double seconds, std::string_view source) {
  const Minimizer& minimizer = forecast.facts.minimizer;
  fmt::print("time      about {:.3g} ms an evaluation, {} for {}: {}\n", seconds * 1e3,
             duration_text(seconds * work_of(minimizer)), minimizer.most_evaluations(), source);
}

}  // namespace

int dry_run(const RunRequest& request) {
  check_standard_input(request);
  check_pictures(request.settings.pictures);
  resolve_regions(request.settings.pictures, request.styles.size());
  const DeviceSettings device = device_of(request);
  Engine engine = make_engine(make_device(device), device, request.settings.network);
  const Forecast forecast = make_forecast(request, engine);
  engine.require(deepest_layer(forecast.facts.loss));
  const GraphPlan plan = plan_run(forecast.facts, forecast.size);

  fmt::print("{}, {}, {}, {} pixels\n\n", forecast.device, precision_name(forecast.precision),
             model_name(forecast.facts.model), size_text(forecast.size));
  print_layers(forecast, plan);
  fmt::print("\n");
  print_memory(forecast);
  if (forecast.card != nullptr) {
    print_time(forecast, predicted_seconds(*forecast.card, forecast.precision, plan),
               "predicted as in docs/kernels.md, never measured");
  } else {
    print_time(forecast, measured_seconds(engine, forecast.facts.loss, forecast.size),
               fmt::format("from one of at most {} pixels a side just now", kTimedSize));
  }
  return 0;
}

}  // namespace vggstyle
