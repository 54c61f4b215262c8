// What each layer holds of a style, alone or on top of those before.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runtime/error.h"
#include "tools/loss_options.h"
#include "tools/measures/picture_measures.h"
#include "tools/numbers.h"
#include "tools/report/chart.h"
#include "tools/study/studies.h"
#include "tools/study/study_parts.h"
#include "tools/study/style_meter.h"

namespace vggstyle {
namespace {

/// The residual of one layer by the mode that was asked for.
double residual_of(const StyleResidual& residual, std::size_t layer, GramMode mode) {
  if (mode == GramMode::kRaw) return residual.raw[layer];
  if (mode == GramMode::kCentered) return residual.centered[layer];
  return (residual.raw[layer] + residual.centered[layer]) / 2;
}

/// What the step from one picture to the next was.
struct Change {
  double color_error, histogram, spectrum;
};

/// What was found for one picture of the series: of `layers[k]` alone, or of those up to it.
struct Step {
  Picture picture;
  double before;  ///< the layer's residual without it: in the noise, or in the step before
  double after;
  double mean_residual;  ///< over all layers, asked for or not
  Change change;         ///< from the step before; from the noise for the first, and alone
};

struct Course {
  std::string optimizer;
  std::vector<Step> steps;
  const StudyRecord* last = nullptr;  ///< of the last layer alone, or of all
};

/// As a sentence has it: "the ... Gram matrices".
const char* words_of(GramMode mode) {
  if (mode == GramMode::kRaw) return "raw";
  return mode == GramMode::kCentered ? "centred" : "raw and centred";
}

Change change_between(const Picture& from, const Picture& to) {
  return {color_error(from, to), histogram_distance(from, to), spectrum_distance(from, to)};
}

std::string finding(const Course& course, const std::vector<std::string>& layers, bool cumulative) {
  std::size_t down = 0;
  for (const Step& step : course.steps) down += step.after < 0.5 * step.before ? 1 : 0;
  std::string text =
      fmt::format("{}: the layer's own residual was at least halved for {} of {} layers.",
                  course.optimizer, down, layers.size());
  if (!cumulative || layers.size() < 8) return text;
  double early = 0, late = 0;
  for (std::size_t k = 1; k < layers.size(); ++k) {
    (k < 6 ? early : late) += course.steps[k].change.color_error;
  }
  return text + fmt::format(
                    " From one to six layers, a layer changes the picture by {:.1f} (root mean "
                    "square, of 255); each further one by {:.1f}.",
                    early / 5, late / static_cast<double>(layers.size() - 6));
}

void add_series(Document& document, const Course& course, const std::string& image,
                const std::vector<std::string>& layers) {
  Table table{fmt::format("{}, {}", image, course.optimizer),
              {"layer", "residual before", "residual after", "mean over all layers",
               "colour change", "histogram change", "spectrum change"},
              {}};
  std::vector<Figure> figures;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const Step& s = course.steps[k];
    table.rows.push_back({layers[k], number_text(s.before), number_text(s.after),
                          number_text(s.mean_residual), number_text(s.change.color_error),
                          number_text(s.change.histogram), number_text(s.change.spectrum)});
    figures.push_back(
        {layers[k], fmt::format("residual {:.2g} to {:.2g}", s.before, s.after), s.picture});
  }
  document.figures(figures);
  document.table(table);
}

void add_charts(Document& document, const std::vector<Course>& all, const std::string& image,
                const std::vector<std::string>& layers) {
  LineChart own{image + ": the layer's own residual", "layer", "0: as the style", layers, {}, true};
  LineChart change{image + ": change from the picture before",
                   "layer",
                   "root mean square, 0 to 255",
                   layers,
                   {}};
  LineChart mean{
      image + ": residual over all layers", "layer", "0: as the style", layers, {}, true};
  for (const Course& s : all) {
    own.series.push_back({s.optimizer + ", before", {}});
    own.series.push_back({s.optimizer + ", after", {}});
    change.series.push_back({s.optimizer, {}});
    mean.series.push_back({s.optimizer, {}});
    for (const Step& step : s.steps) {
      own.series[own.series.size() - 2].values.push_back(step.before);
      own.series.back().values.push_back(step.after);
      change.series.back().values.push_back(step.change.color_error);
      mean.series.back().values.push_back(step.mean_residual);
    }
  }
  document.chart(svg(own));
  document.chart(svg(change));
  document.chart(svg(mean));
}

/// The loss that an optimiser has reached after `evaluations` of them.
double loss_at(const StudyRecord& record, int evaluations) {
  double loss = record.first.total;
  for (std::size_t i = 0; i < record.curve_values.size(); ++i) {
    if (record.curve_evaluations[i] <= evaluations) loss = record.curve_values[i];
  }
  return loss;
}

/// How fast each optimiser brings the loss down.
void add_loss_chart(Document& document, const std::vector<Course>& all, const std::string& title,
                    int iterations) {
  constexpr int kPlaces = 40;
  LineChart chart{title, "evaluations of value and gradient", "loss", {}, {}, true};
  for (const Course& course : all) chart.series.push_back({course.optimizer, {}});
  for (int place = 0; place <= kPlaces; ++place) {
    const int evaluations = std::max(1, iterations * place / kPlaces);
    chart.places.push_back(std::to_string(evaluations));
    for (std::size_t i = 0; i < all.size(); ++i) {
      chart.series[i].values.push_back(loss_at(*all[i].last, evaluations));
    }
  }
  document.chart(svg(chart));
}

std::vector<Search> searches_of(const StudyRequest& request, const std::string& optimizers,
                                Normalization normalization) {
  std::vector<Search> searches;
  std::set<std::string> named;
  for (const std::string& name : split(optimizers, ',')) {
    if (!named.insert(name).second) {
      throw InputError(fmt::format("--optimizer: {} is named twice", name));
    }
    SearchOptions options = request.search;
    options.optimizer = name;
    if (!options.iterations) {
      options.iterations = search_defaults(Normalization::kRelative, Task::kTexture).iterations;
    }
    searches.push_back(make_search(options, normalization, Task::kTexture));
  }
  return searches;
}

}  // namespace

void layers_study(const StudyRequest& request, bool cumulative, const std::string& optimizers) {
  const StudyFolder folder(request.folder);
  const Normalization normalization = parse_normalization(request.loss.normalization);
  const std::vector<Search> searches = searches_of(request, optimizers, normalization);
  std::unique_ptr<Device> device = make_device(request.network);
  const std::vector<StudyImage> images = read_images(request, *device);
  Engine engine = make_engine(std::move(device), request.network);
  const Model model = engine.weights.model;
  const LossSpec all = make_loss_spec(request.loss, Task::kTexture, model);
  engine.require(deepest_layer(all));
  const std::vector<std::string> layers = layer_names(model, all.style_layers);

  std::vector<StudyTask> tasks;
  for (const StudyImage& image : images) {
    for (const Search& search : searches) {
      for (std::size_t k = 0; k < layers.size(); ++k) {
        LossSpec spec = all;
        const auto first = all.style_layers.begin() + static_cast<std::ptrdiff_t>(k);
        spec.style_layers = {cumulative ? all.style_layers.begin() : first, first + 1};
        tasks.push_back({fmt::format("{}-{}-{}{}", image.name, name_of(search.optimizer),
                                     cumulative ? "to-" : "", layers[k]),
                         texture_task(spec, search, image.picture)});
      }
    }
  }
  const std::vector<StudyRecord> records = make_pictures(request, folder, engine, tasks);

  const char* title = cumulative ? "What each further layer adds to a style"
                                 : "What each layer alone holds of a style";
  StudyReport report{study_head(request, engine, searches.front(), images),
                     {},
                     {title, {}, {}},
                     study_document(title, request, engine, searches.front())};
  report.numbers["cumulative"] = cumulative;
  report.numbers["gram"] = name_of(all.gram);
  report.numbers["normalization"] = name_of(normalization);
  report.numbers["layers"] = layers;
  report.document.paragraph(fmt::format(
      "Each picture is a texture from the same noise that matches the {} Gram matrices of the "
      "original on {}. Residual: sum of squared differences of a layer's matrices over the sum of "
      "squares of the original's; before: in {}.",
      words_of(all.gram), cumulative ? "the layers up to the one named" : "one layer",
      cumulative ? "the picture of the layers before it, or in the noise" : "the noise"));
  StyleMeter meter(engine, all.style_layers, all.pooling);
  std::size_t r = 0;
  for (const StudyImage& image : images) {
    const std::vector<StyleStatistics> wanted = meter(image.picture);
    std::vector<Course> found;
    report.document.heading(image.name);
    for (const Search& search : searches) {
      Course course{std::string(name_of(search.optimizer)), {}, nullptr};
      std::vector<SheetCell> cells = {{image.picture, image.name}};
      const Picture& noise = tasks[r].optimization.start;
      const StyleResidual noise_residual = style_residual(meter(noise), wanted);
      StyleResidual last = noise_residual;
      for (std::size_t k = 0; k < layers.size(); ++k, ++r) {
        const StyleResidual now = style_residual(meter(records[r].picture), wanted);
        const bool follows = cumulative && k > 0;
        Step step{
            records[r].picture, residual_of(follows ? last : noise_residual, k, all.gram),
            residual_of(now, k, all.gram), now.mean(),
            change_between(follows ? course.steps.back().picture : noise, records[r].picture)};
        nlohmann::ordered_json run = {{"image", image.name},
                                      {"optimizer", course.optimizer},
                                      {"layer", layers[k]},
                                      {"residual_before", step.before},
                                      {"residual_after", step.after},
                                      {"mean_residual", step.mean_residual},
                                      {"color_change", step.change.color_error},
                                      {"histogram_change", step.change.histogram},
                                      {"spectrum_change", step.change.spectrum},
                                      {"raw_residuals", now.raw},
                                      {"centered_residuals", now.centered}};
        run.update(run_json(tasks[r], records[r]));
        run["curve"] = curve_json(records[r]);
        report.numbers["runs"].push_back(std::move(run));
        cells.push_back({step.picture, fmt::format("{}  {:.2g}", layers[k], step.after)});
        course.steps.push_back(std::move(step));
        last = now;
      }
      for (SheetRow& row : wrapped(std::move(cells), 7)) {
        row.label = course.optimizer;
        report.sheet.rows.push_back(std::move(row));
      }
      course.last = &records[r - 1];
      report.document.paragraph(finding(course, layers, cumulative));
      add_series(report.document, course, image.name, layers);
      found.push_back(std::move(course));
    }
    add_charts(report.document, found, image.name, layers);
    add_loss_chart(report.document, found,
                   fmt::format("{}: loss of {}{}", image.name, cumulative ? "all layers to " : "",
                               layers.back()),
                   searches.front().iterations);
  }
  report.records = records_of(report.numbers["runs"]);
  folder.write(report);
}

}  // namespace vggstyle
