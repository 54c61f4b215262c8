#include "tools/study/distance/distance.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "runtime/error.h"
#include "runtime/standard_streams.h"
#include "tools/pictures/picture_files.h"
#include "tools/session/network_view.h"
#include "tools/session/settings/check.h"
#include "tools/session/settings/defaults.h"
#include "tools/session/settings/layer_names.h"
#include "tools/study/distance/distance_report.h"
#include "tools/study/distance/distance_tables.h"
#include "tools/study/runner/study_parts.h"
#include "tools/study/runner/study_progress.h"
#include "tools/transfer/progress.h"

namespace vggstyle {
namespace {

std::vector<std::string> files_of(const DistanceRequest& request) {
  std::vector<std::string> files = picture_files(request.images);
  if (files.size() < 2) {
    throw InputError("a distance needs at least two pictures; add another");
  }
  return files;
}

std::vector<LossLayer> layers_of(const DistanceRequest& request, Model model) {
  const LossDefaults standard = loss_defaults(Normalization::kRelative, Task::kTexture, "");
  std::vector<LossLayer> layers = find_layers(
      "style-layers",
      request.style_layers ? *request.style_layers
                           : parse_layer_names("style-layers", standard[LossKind::kStyle].layers),
      model);
  if (std::none_of(layers.begin(), layers.end(), [](const auto& l) { return l.weight > 0; })) {
    throw SettingError("style-layers", ": at least one weight must be above 0");
  }
  return layers;
}

void check_finite(const StudyImage& image, const std::vector<StyleStatistics>& statistics,
                  const std::vector<std::string>& layer_names) {
  for (std::size_t l = 0; l < statistics.size(); ++l) {
    const std::vector<double>& gram = statistics[l].gram;
    if (std::all_of(gram.begin(), gram.end(), [](double g) { return std::isfinite(g); })) continue;
    throw InputError(fmt::format(
        "{}: the Gram matrix of {} is not finite; use other weights, or on a GPU --precision tf32 "
        "or bf16, which hold larger numbers",
        image.file, layer_names[l]));
  }
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double pixel_count(const std::vector<StudyImage>& images) {
  double sum = 0;
  for (const StudyImage& image : images) sum += static_cast<double>(image.picture.pixels());
  return sum;
}

/// Measures all pictures, then all pairs. What is left is told from the time of the first picture
/// and the size of the matrices.
void measure(DistanceStudy& study, Engine& engine, Pooling pooling, bool quiet) {
  const std::size_t n = study.images.size(), pairs = n * (n - 1) / 2;
  std::vector<std::vector<StyleStatistics>> by_layer(study.layers.size());
  NetworkView view(engine, study.layers, pooling);
  const auto add = [&](const StudyImage& image) {
    std::vector<StyleStatistics> statistics = view.statistics(image.picture);
    check_finite(image, statistics, study.layer_names);
    for (std::size_t l = 0; l < by_layer.size(); ++l) {
      by_layer[l].push_back(std::move(statistics[l]));
    }
  };
  const auto start = std::chrono::steady_clock::now();
  add(study.images.front());
  const double a_pixel =
      seconds_since(start) / static_cast<double>(study.images.front().picture.pixels());

  double seconds = a_pixel * pixel_count(study.images);
  for (const auto& layer : by_layer) seconds += expected_seconds(n, layer.front().channels);
  constexpr double kWorthTelling = 3;
  const bool silent = quiet || seconds < kWorthTelling;
  if (!silent) {
    tell(fmt::format("distance: {} pictures, {} pairs on {} layers, about {}", n, pairs,
                     study.layers.size(), duration_text(seconds)));
  }
  StudyProgress progress(silent, n, seconds);
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) add(study.images[i]);
    progress.add_work(a_pixel * static_cast<double>(study.images[i].picture.pixels()));
    progress.add_picture();
  }
  for (const auto& layer : by_layer) {
    const double a_pair = expected_seconds(n, layer.front().channels) / static_cast<double>(pairs);
    study.distances.push_back(layer_distances(layer, [&] { progress.add_work(a_pair); }));
  }
  progress.finish();
  study.mean_frobenius = mean_over_layers(study.distances, study.layers, kRelativeFrobenius);
  study.mean_bures = mean_over_layers(study.distances, study.layers, kRelativeBures);
}

}  // namespace

int distance(const DistanceRequest& request) {
  const std::vector<std::string> files = files_of(request);
  std::unique_ptr<Device> device = make_device(request.device);
  DistanceStudy study;
  study.images = read_images(files, request.pictures, kDistanceSize, *device);
  Engine engine = make_engine(std::move(device), request.device, request.network);
  study.layers = layers_of(request, engine.model());
  study.layer_names = layer_names(engine.model(), study.layers);
  int deepest = kPixelLayer;
  for (const LossLayer& layer : study.layers) deepest = std::max(deepest, layer.layer);
  engine.require(deepest);
  std::optional<StudyFolder> folder;
  check_fits(study.images, engine.model(), deepest);
  if (!request.folder.empty()) {
    folder.emplace(request.folder);
    std::vector<std::string> inputs = files;
    inputs.push_back(engine.weights_path);
    folder->check_names(inputs, {});
  }

  measure(study, engine, request.pooling, request.quiet);
  if (request.json) {
    fmt::print("{}\n", json_of(study, request, engine)
                           .dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  if (folder) {
    folder->write(report_of(study, request, engine));
    if (!request.quiet) tell(fmt::format("wrote {0}: open {0}/index.html", request.folder));
  } else if (!request.json) {
    fmt::print("{}", text_of(study));
  }
  return 0;
}

}  // namespace vggstyle
