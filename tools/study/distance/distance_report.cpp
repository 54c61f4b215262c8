#include "tools/study/distance/distance_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/report/charts/chart.h"
#include "tools/study/distance/distance_tables.h"
#include "tools/study/runner/study_parts.h"

namespace vggstyle {
namespace {

constexpr std::string_view kExplanation =
    "A style is, on each layer, the mean of the activations, mu, and their matrices per position: "
    "the Gram matrix g (raw) and the covariance gc = g - mu mu^T (centred). Frobenius: |g - g'|, "
    "|gc - gc'|, or both under one root. Bures: the 2-Wasserstein distance of the normal "
    "distributions (mu, gc), how far activations must be moved to turn one style into the other. "
    "These have the layer's own unit; the relative ones are divided by the root mean square of "
    "both "
    "styles' distances from black, so that 0 is the same style and the root of 2, 1.41, one that "
    "shares nothing, on any layer. All keep the triangle inequality, and so do their means.";

std::string pooling_text(const DistanceRequest& request) {
  return std::string(name_of(request.pooling)) + " pooling";
}

nlohmann::ordered_json rows_of(const DistanceMatrix& matrix) {
  auto rows = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < matrix.side; ++i) {
    const auto begin = matrix.values.begin() + static_cast<std::ptrdiff_t>(i * matrix.side);
    rows.push_back(std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(matrix.side)));
  }
  return rows;
}

PlaneMap map_of(const DistanceMatrix& matrix) {
  return plane_map(matrix.values, static_cast<int>(matrix.side));
}

nlohmann::ordered_json map_json(const DistanceStudy& study, const DistanceMatrix& matrix) {
  const PlaneMap map = map_of(matrix);
  nlohmann::ordered_json json = {{"share", map.share}};
  for (std::size_t i = 0; i < matrix.side; ++i) {
    json["points"].push_back({{"name", study.images[i].name}, {"x", map.x[i]}, {"y", map.y[i]}});
  }
  return json;
}

/// The chart, and what its paragraph says of it.
std::string add_map(Document& document, const DistanceStudy& study, const std::string& title,
                    const DistanceMatrix& matrix) {
  const PlaneMap map = map_of(matrix);
  PointMap chart{title, {}};
  for (std::size_t i = 0; i < matrix.side; ++i) {
    chart.points.push_back({study.images[i].name, map.x[i], map.y[i]});
  }
  document.chart(svg(chart));
  return fmt::format("{:.0f} % ({})", 100 * map.share, title);
}

void add_maps(Document& document, const DistanceStudy& study) {
  document.heading("Maps");
  const std::string frobenius =
      add_map(document, study, "relative Frobenius", study.mean_frobenius);
  const std::string bures = add_map(document, study, "relative Bures", study.mean_bures);
  document.paragraph(fmt::format(
      "Points as far apart as the styles are in the mean over layers, or as nearly as a plane "
      "allows (classical multidimensional scaling). Of all that the distances spread, the planes "
      "hold {} and {}. The axes have no meaning of their own.",
      frobenius, bures));
}

/// Which layers tell these styles apart.
void add_layers_chart(Document& document, const DistanceStudy& study) {
  const char* title =
      study.images.size() == 2 ? "Relative distances" : "Relative distances, mean over pairs";
  LineChart chart{title, "layer", "0: the same", study.layer_names, {}};
  for (const std::size_t kind :
       {std::size_t{3}, std::size_t{4}, kRelativeFrobenius, kRelativeBures}) {
    Series series{std::string(kDistanceKinds[kind].title), {}};
    for (const LayerDistances& layer : study.distances) {
      const std::vector<double>& values = layer[kind].values;
      const auto n = static_cast<double>(study.images.size());
      series.values.push_back(std::accumulate(values.begin(), values.end(), 0.0) / (n * (n - 1)));
    }
    chart.series.push_back(std::move(series));
  }
  document.chart(svg(chart));
}

Document document_of(const DistanceStudy& study, const DistanceRequest& request,
                     const Engine& engine) {
  Document document("How far apart styles are");
  document.preformatted(request.command_line);
  document.paragraph(fmt::format("{}, weights {} ({}), {}, {}, {}.", model_name(engine.model()),
                                 engine.weights->id, engine.weights->kind, engine.device->name(),
                                 precision_name(engine.backend->precision()),
                                 pooling_text(request)));
  document.paragraph(kExplanation);
  std::vector<Figure> figures;
  for (const StudyImage& image : study.images) figures.push_back({image.name, "", image.picture});
  document.figures(figures);
  if (study.images.size() == 2) {
    document.table(pair_table(study));
  } else {
    add_maps(document, study);
    document.heading("All layers");
    document.table(matrix_table("Relative Frobenius of both matrices, mean over layers", study,
                                study.mean_frobenius));
    document.table(matrix_table("Relative Bures, mean over layers", study, study.mean_bures));
  }
  document.heading("Layer by layer");
  add_layers_chart(document, study);
  if (study.images.size() == 2) return document;
  document.paragraph("The matrices of the other distances are in study.json and study.csv.");
  for (std::size_t l = 0; l < study.distances.size(); ++l) {
    for (const std::size_t kind : {kRelativeFrobenius, kRelativeBures}) {
      document.table(
          matrix_table(fmt::format("{}: {}", study.layer_names[l], kDistanceKinds[kind].title),
                       study, study.distances[l][kind]));
    }
  }
  return document;
}

/// A row for each picture: those whose styles are nearest, by their distance.
Sheet sheet_of(const DistanceStudy& study) {
  constexpr std::size_t kMost = 8;
  Sheet sheet{"Nearest styles: relative Bures, mean over layers", {}, {}};
  const std::size_t n = study.images.size();
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto from_here = [&](std::size_t j) {
      return j == i ? -1.0 : study.mean_bures.at(i, j);  // itself before its duplicates
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return from_here(a) < from_here(b); });
    order.resize(std::min(n, kMost));
    SheetRow row{study.images[i].name, {}};
    for (const std::size_t j : order) {
      row.cells.push_back(
          {study.images[j].picture,
           j == i ? "" : number_text(study.mean_bures.at(i, j)) + "  " + study.images[j].name});
    }
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

}  // namespace

nlohmann::ordered_json json_of(const DistanceStudy& study, const DistanceRequest& request,
                               const Engine& engine) {
  nlohmann::ordered_json json = study_head("distance", request.command_line, engine, study.images);
  json["pooling"] = name_of(request.pooling);
  for (std::size_t l = 0; l < study.distances.size(); ++l) {
    nlohmann::ordered_json layer = {{"layer", study.layer_names[l]},
                                    {"weight", study.layers[l].weight}};
    for (std::size_t kind = 0; kind < kDistanceKinds.size(); ++kind) {
      layer[std::string(kDistanceKinds[kind].key)] = rows_of(study.distances[l][kind]);
    }
    json["layers"].push_back(std::move(layer));
  }
  const auto mean = [&](std::size_t kind, const DistanceMatrix& matrix) {
    const std::string key(kDistanceKinds[kind].key);
    json["mean"][key] = rows_of(matrix);
    json["maps"][key] = map_json(study, matrix);
  };
  mean(kRelativeFrobenius, study.mean_frobenius);
  mean(kRelativeBures, study.mean_bures);
  return json;
}

StudyReport report_of(const DistanceStudy& study, const DistanceRequest& request,
                      const Engine& engine) {
  return {json_of(study, request, engine), records_of(study), sheet_of(study),
          document_of(study, request, engine)};
}

}  // namespace vggstyle
