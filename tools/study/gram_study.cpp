// What raw, centred and both Gram matrices hold of a style, and what other style losses do.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <span>

#include "tools/measures/picture_measures.h"
#include "tools/report/charts/chart.h"
#include "tools/session/network_view.h"
#include "tools/session/settings/layer_names.h"
#include "tools/study/runner/study_parts.h"
#include "tools/study/studies.h"
#include "tools/study/style_residual.h"

namespace vggstyle {
namespace {

/// What a texture matches.
struct Mode {
  StyleForm form;
  GramMode gram;  ///< of StyleForm::kGram
};
constexpr Mode kModes[] = {{StyleForm::kGram, GramMode::kRaw},
                           {StyleForm::kGram, GramMode::kCentered},
                           {StyleForm::kGram, GramMode::kBoth},
                           {StyleForm::kMoments, {}},
                           {StyleForm::kWasserstein, {}}};
constexpr std::size_t kModeCount = std::size(kModes);
constexpr std::size_t kGramModeCount = 3;  // the first ones

std::string name_of(const Mode& mode) {
  return std::string(mode.form == StyleForm::kGram ? vggstyle::name_of(mode.gram)
                                                   : vggstyle::name_of(mode.form));
}

/// What is compared between a texture and its style, each 0 for the same.
struct Measure {
  const char* key;
  const char* title;
};
constexpr Measure kMeasures[] = {
    {"raw_residual", "raw Gram residual"},        {"centered_residual", "centred Gram residual"},
    {"histogram_distance", "histogram distance"}, {"mean_color_distance", "mean colour distance"},
    {"spectrum_distance", "spectrum distance"},   {"dark_share_error", "dark share error"},
    {"contrast_error", "contrast error"},         {"chroma_error", "chroma error"},
    {"purple_share_error", "purple share error"}};
constexpr std::size_t kMeasureCount = std::size(kMeasures);

struct Measured {
  StyleResidual residual;
  ColorFacts facts;
  double values[kMeasureCount];
};

Measured measure(const Picture& made, const Picture& style, NetworkView& view) {
  const ColorFacts found = color_facts(made), wanted = color_facts(style);
  Measured m{style_residual(view.statistics(made), view.statistics(style)), found, {}};
  const double values[kMeasureCount] = {m.residual.mean_raw(),
                                        m.residual.mean_centered(),
                                        histogram_distance(made, style),
                                        mean_color_distance(made, style),
                                        spectrum_distance(made, style),
                                        std::abs(found.dark_share - wanted.dark_share),
                                        std::abs(found.contrast - wanted.contrast),
                                        std::abs(found.chroma - wanted.chroma),
                                        std::abs(found.purple_share - wanted.purple_share)};
  std::copy(std::begin(values), std::end(values), m.values);
  return m;
}

/// For how many images each of the first `modes` modes comes nearest, by measure. Where two are as near there is
/// none: in a picture without purple, all modes have its share right.
struct Wins {
  explicit Wins(std::size_t modes) : modes(modes), counts(kMeasureCount, std::vector<int>(modes)) {}

  std::size_t modes;
  std::vector<std::vector<int>> counts;  // [measure][mode]
};

void count_wins(const std::vector<Measured>& all, Wins& wins) {
  const std::span modes = std::span(all).first(wins.modes);
  for (std::size_t k = 0; k < kMeasureCount; ++k) {
    const auto nearest = std::min_element(
        modes.begin(), modes.end(),
        [k](const Measured& a, const Measured& b) { return a.values[k] < b.values[k]; });
    const auto as_near = std::count_if(modes.begin(), modes.end(), [&](const Measured& m) {
      return m.values[k] == nearest->values[k];
    });
    if (as_near == 1) ++wins.counts[k][static_cast<std::size_t>(nearest - modes.begin())];
  }
}

void add_gram_image(Document& document, const StudyImage& image,
                    const std::vector<std::string>& layers, const std::vector<Measured>& modes,
                    const std::vector<Picture>& made) {
  const ColorFacts original = color_facts(image.picture);
  std::vector<Figure> figures = {
      {"original",
       fmt::format("dark {:.0f} %, contrast {:.0f}, chroma {:.0f}, purple {:.1f} %",
                   100 * original.dark_share, original.contrast, original.chroma,
                   100 * original.purple_share),
       image.picture}};
  Table table{image.name, {"measure"}, {}};
  LineChart raw{
      image.name + ": residual of the raw Gram matrices", "layer", "0: the same", layers, {}, true};
  LineChart central{image.name + ": residual of the centred Gram matrices",
                    "layer",
                    "0: the same",
                    layers,
                    {},
                    true};
  for (std::size_t m = 0; m < kModeCount; ++m) {
    const std::string mode = name_of(kModes[m]);
    const ColorFacts& facts = modes[m].facts;
    figures.push_back({mode,
                       fmt::format("dark {:.0f} %, contrast {:.0f}, chroma {:.0f}, purple {:.1f} %",
                                   100 * facts.dark_share, facts.contrast, facts.chroma,
                                   100 * facts.purple_share),
                       made[m]});
    table.columns.push_back(mode);
    raw.series.push_back({mode, modes[m].residual.raw});
    central.series.push_back({mode, modes[m].residual.centered});
  }
  for (std::size_t k = 0; k < kMeasureCount; ++k) {
    std::vector<std::string> row = {kMeasures[k].title};
    for (const Measured& m : modes) row.push_back(number_text(m.values[k]));
    table.rows.push_back(std::move(row));
  }
  document.heading(image.name);
  document.figures(figures);
  document.table(table);
  document.chart(svg(raw));
  document.chart(svg(central));
}

Table table_of(const Wins& wins, const char* caption) {
  Table table{caption, {"measure"}, {}};
  for (std::size_t m = 0; m < wins.modes; ++m) table.columns.push_back(name_of(kModes[m]));
  for (std::size_t k = 0; k < kMeasureCount; ++k) {
    std::vector<std::string> row = {kMeasures[k].title};
    for (const int count : wins.counts[k]) row.push_back(std::to_string(count));
    table.rows.push_back(std::move(row));
  }
  return table;
}

void add_wins(Document& document, const Wins& of_gram, const Wins& of_all, std::size_t images) {
  int both = 0, all = 0;
  for (const std::vector<int>& counts : of_gram.counts) {
    both += counts.back();
    all += std::accumulate(counts.begin(), counts.end(), 0);
  }
  document.heading("Is both the most accurate?");
  document.paragraph(
      fmt::format("Over {} images and {} measures, both together come nearest in {} of {} "
                  "comparisons, ties left out; one of three would be chance.",
                  images, kMeasureCount, both, all));
  document.table(
      table_of(of_gram, "Images for which one of the Gram matrices comes nearest to the style"));
  document.heading("Gram matrices, or another loss?");
  document.table(
      table_of(of_all, "Images for which one of all style losses comes nearest to the style"));
}

/// All layers, and the pixels before them.
std::vector<LossLayer> measured_layers(Model model) {
  std::vector<LossLayer> layers = all_convolutions(model);
  layers.insert(layers.begin(), LossLayer{kPixelLayer});
  return layers;
}

std::vector<StudyRun> make_runs(const StudySetup& setup) {
  std::vector<StudyRun> runs;
  for (const StudyImage& image : setup.images) {
    for (const Mode& mode : kModes) {
      LossSpec loss = setup.loss;
      loss.style_form = mode.form;
      if (mode.form == StyleForm::kGram) loss.gram = mode.gram;
      runs.push_back({fmt::format("{}-{}", image.name, name_of(mode)),
                      texture_problem(setup, loss, image.picture)});
    }
  }
  return runs;
}

std::string explanation(const std::vector<std::string>& layers) {
  return fmt::format(
      "Each picture is a texture from noise that matches, on the layers {}, the raw Gram matrices "
      "of the original, the centred ones, or both, or instead the mean and deviation of each "
      "channel "
      "(moments), or the normal distribution of the channels together (wasserstein). Every picture "
      "is "
      "then measured by all Gram matrices, and by what none was asked for. Residuals: sum of "
      "squared differences over the sum of "
      "squares of the original, mean over the layers and the pixels. Histogram distance: "
      "Wasserstein's, 0 to 255. Spectrum: root mean square of log10 power. Dark: luma below half. "
      "Contrast: deviation of luma. Chroma: largest channel less the smallest. Purple: hue of 260 "
      "to 320 degrees, chroma above 40.",
      fmt::join(layers, ", "));
}

nlohmann::ordered_json json_of(const Measured& measured, const std::string& image,
                               const Mode& mode) {
  nlohmann::ordered_json run = {{"image", image}, {"gram", name_of(mode)}};
  for (std::size_t k = 0; k < kMeasureCount; ++k) run[kMeasures[k].key] = measured.values[k];
  run["color"] = color_json(measured.facts);
  run["raw_residuals"] = measured.residual.raw;
  run["centered_residuals"] = measured.residual.centered;
  return run;
}

nlohmann::ordered_json json_of(const Wins& wins) {
  nlohmann::ordered_json json;
  for (std::size_t k = 0; k < kMeasureCount; ++k) {
    for (std::size_t m = 0; m < wins.modes; ++m) {
      json[kMeasures[k].key][name_of(kModes[m])] = wins.counts[k][m];
    }
  }
  return json;
}

}  // namespace

void gram_study(const StudyRequest& request) {
  StudySetup setup = set_up(request, Task::kTexture);
  const std::vector<LossLayer> measured = measured_layers(setup.model());
  setup.engine.require(measured.back().layer);
  check_fits(setup.images, setup.model(), measured.back().layer);
  const std::vector<StudyRun> runs = make_runs(setup);
  const std::vector<StudyRecord> records = make_pictures(request, setup.folder, setup.engine, runs);

  const std::vector<std::string> layers = layer_names(setup.model(), measured);
  StudyReport report = begin_report("What raw and centred Gram matrices hold", request, setup);
  report.numbers["style_layers"] = layers_text(setup.model(), setup.layers(LossKind::kStyle));
  report.numbers["measured_layers"] = layers;
  report.document.paragraph(
      explanation(layer_names(setup.model(), setup.layers(LossKind::kStyle))));
  report.sheet.columns = {"original"};
  for (const Mode& mode : kModes) report.sheet.columns.push_back(name_of(mode));
  NetworkView view(setup.engine, measured, setup.loss.pooling, setup.loss.padding);
  Wins of_gram(kGramModeCount), of_all(kModeCount);
  std::size_t r = 0;
  for (std::size_t n = 0; n < setup.images.size(); ++n) {
    const StudyImage& image = setup.images[n];
    report.numbers["images"][n]["color"] = color_json(color_facts(image.picture));
    SheetRow row{image.name, {{image.picture, ""}}};
    std::vector<Measured> modes;
    std::vector<Picture> made;
    for (const Mode& mode : kModes) {
      made.push_back(records[r].picture);
      modes.push_back(measure(made.back(), image.picture, view));
      nlohmann::ordered_json run = json_of(modes.back(), image.name, mode);
      run.update(run_json(runs[r], records[r]));
      report.numbers["runs"].push_back(std::move(run));
      row.cells.push_back(
          {made.back(), fmt::format("raw {:.2g}, centred {:.2g}", modes.back().residual.mean_raw(),
                                    modes.back().residual.mean_centered())});
      ++r;
    }
    count_wins(modes, of_gram);
    count_wins(modes, of_all);
    add_gram_image(report.document, image, layers, modes, made);
    report.sheet.rows.push_back(std::move(row));
  }
  report.numbers["nearest"] = json_of(of_gram);
  report.numbers["nearest_of_all"] = json_of(of_all);
  add_wins(report.document, of_gram, of_all, setup.images.size());
  report.records = records_of(report.numbers["runs"]);
  setup.folder.write(report);
}

}  // namespace vggstyle
