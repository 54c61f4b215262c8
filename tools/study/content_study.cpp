// What each layer holds of a picture.

#include <fmt/format.h>

#include "tools/measures/picture_measures.h"
#include "tools/report/charts/chart.h"
#include "tools/session/settings/layer_names.h"
#include "tools/study/runner/study_parts.h"
#include "tools/study/studies.h"

namespace vggstyle {
namespace {

struct MeasuredContent {
  double color_error, edge_correlation, ssim;
};

MeasuredContent measure(const Picture& made, const Picture& original) {
  return {color_error(made, original), edge_correlation(made, original),
          structural_similarity(made, original)};
}

std::string finding(const std::vector<std::string>& layers,
                    const std::vector<MeasuredContent>& measured) {
  const MeasuredContent &first = measured.front(), &last = measured.back();
  return fmt::format(
      "From {} alone the picture comes back with a structural similarity of {:.3f} (1: the same) "
      "and colours {:.1f} off (of 255); from {} alone with {:.3f} and {:.1f}.",
      layers.front(), first.ssim, first.color_error, layers.back(), last.ssim, last.color_error);
}

/// Adds what was found for one image to the page: its pictures, curves and numbers.
void add_content_image(Document& document, const StudyImage& image,
                       const std::vector<std::string>& layers,
                       const std::vector<MeasuredContent>& measured,
                       const std::vector<Picture>& made) {
  std::vector<Figure> figures = {{"original", "", image.picture}};
  Table table{image.name, {"layer", "colour error", "edge correlation", "SSIM"}, {}};
  LineChart likeness{image.name + ": what comes back from each layer",
                     "layer",
                     "1: as the original",
                     layers,
                     {{"SSIM", {}}, {"edge correlation", {}}}};
  LineChart colors{image.name + ": colour error",
                   "layer",
                   "root mean square, 0 to 255",
                   layers,
                   {{"colour error", {}}}};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const MeasuredContent& m = measured[i];
    figures.push_back({layers[i],
                       fmt::format("SSIM {:.3f}, edges {:.3f}, colours {:.1f} off", m.ssim,
                                   m.edge_correlation, m.color_error),
                       made[i]});
    likeness.series[0].values.push_back(m.ssim);
    likeness.series[1].values.push_back(m.edge_correlation);
    colors.series[0].values.push_back(m.color_error);
    table.rows.push_back({layers[i], number_text(m.color_error), number_text(m.edge_correlation),
                          number_text(m.ssim)});
  }
  document.heading(image.name);
  document.paragraph(finding(layers, measured));
  document.figures(figures);
  document.chart(svg(likeness));
  document.chart(svg(colors));
  document.table(table);
}

std::vector<StudyRun> make_runs(const StudySetup& setup, const std::vector<std::string>& layers) {
  std::vector<StudyRun> runs;
  for (const StudyImage& image : setup.images) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      LossSpec loss = setup.loss;
      loss[LossKind::kContent].layers = {setup.layers(LossKind::kContent)[i]};
      runs.push_back(
          {image.name + "-" + layers[i], reconstruct_problem(setup, loss, image.picture)});
    }
  }
  return runs;
}

nlohmann::ordered_json json_of(const MeasuredContent& m, const std::string& image,
                               const std::string& layer) {
  return {{"image", image},
          {"layer", layer},
          {"color_error", m.color_error},
          {"edge_correlation", m.edge_correlation},
          {"ssim", m.ssim}};
}

}  // namespace

void content_study(const StudyRequest& request) {
  StudySetup setup = set_up(request, Task::kReconstruct);
  const std::vector<std::string> layers =
      layer_names(setup.model(), setup.layers(LossKind::kContent));
  const std::vector<StudyRun> runs = make_runs(setup, layers);
  const std::vector<StudyRecord> records = make_pictures(request, setup.folder, setup.engine, runs);

  StudyReport report = begin_report("What each layer holds of a picture", request, setup);
  report.document.paragraph(
      "Each picture was made from white noise so that one layer of the network sees the same in it "
      "as in the original. Colour error: root of the mean squared difference, 0 to 255. Edge "
      "correlation: of gradient magnitudes, 1 for the same edges. SSIM: structural similarity of "
      "luma, 1 for the same.");
  std::size_t r = 0;
  for (const StudyImage& image : setup.images) {
    std::vector<SheetCell> cells = {{image.picture, image.name}};
    std::vector<MeasuredContent> measured;
    std::vector<Picture> made;
    for (const std::string& layer : layers) {
      made.push_back(records[r].picture);
      measured.push_back(measure(made.back(), image.picture));
      nlohmann::ordered_json run = json_of(measured.back(), image.name, layer);
      run.update(run_json(runs[r], records[r]));
      report.numbers["runs"].push_back(std::move(run));
      cells.push_back({made.back(), fmt::format("{}  SSIM {:.2f}", layer, measured.back().ssim)});
      ++r;
    }
    add_content_image(report.document, image, layers, measured, made);
    for (SheetRow& row : wrapped(std::move(cells), 7)) report.sheet.rows.push_back(std::move(row));
  }
  report.records = records_of(report.numbers["runs"]);
  setup.folder.write(report);
}

}  // namespace vggstyle
