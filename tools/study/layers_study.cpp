// What each layer holds of a style, alone or on top of those before.

#include <fmt/format.h>

#include <algorithm>

#include "runtime/error.h"
#include "tools/measures/picture_measures.h"
#include "tools/report/charts/chart.h"
#include "tools/session/network_view.h"
#include "tools/session/settings/layer_names.h"
#include "tools/study/runner/study_parts.h"
#include "tools/study/studies.h"
#include "tools/study/style_residual.h"

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

std::vector<Minimizer> minimizers_of(const StudyRequest& request,
                                     const std::vector<Optimizer>& optimizers) {
  std::vector<Minimizer> minimizers;
  for (const Optimizer optimizer : optimizers) {
    OptimizerSettings settings = request.settings.optimizer;
    settings.optimizer = optimizer;
    settings.iterations = settings.iterations.value_or(kStudyIterations);
    minimizers.push_back(
        resolve_optimizer(settings, request.settings.loss.normalization, Task::kTexture));
  }
  return minimizers;
}

/// What is studied, and how.
struct Question {
  bool cumulative;
  GramMode gram;
  std::vector<std::string> layers;
  std::vector<Minimizer> minimizers;
};

std::vector<StudyRun> make_runs(const StudySetup& setup, const Question& question) {
  const std::vector<LossLayer>& all = setup.layers(LossKind::kStyle);
  std::vector<StudyRun> runs;
  for (const StudyImage& image : setup.images) {
    for (const Minimizer& minimizer : question.minimizers) {
      for (std::size_t k = 0; k < all.size(); ++k) {
        LossSpec loss = setup.loss;
        const auto layer = all.begin() + static_cast<std::ptrdiff_t>(k);
        loss[LossKind::kStyle].layers = {question.cumulative ? all.begin() : layer, layer + 1};
        ProblemSpec problem = texture_problem(setup, loss, image.picture);
        problem.minimizer = minimizer;
        runs.push_back({fmt::format("{}-{}-{}{}", image.name, name_of(minimizer.optimizer),
                                    question.cumulative ? "to-" : "", question.layers[k]),
                        std::move(problem)});
      }
    }
  }
  return runs;
}

/// One optimiser's pictures of one image, measured. `runs`: where its part of study.json goes;
/// `first`: of its runs and records.
Course measure_course(const Question& question, const StudyImage& image, NetworkView& view,
                      const StudyRun* first, const StudyRecord* record,
                      nlohmann::ordered_json& runs) {
  Course course{std::string(name_of(first->problem.minimizer.optimizer)), {}, nullptr};
  const std::vector<StyleStatistics> wanted = view.statistics(image.picture);
  const Picture& noise = first->problem.start;
  const StyleResidual of_noise = style_residual(view.statistics(noise), wanted);
  StyleResidual last = of_noise;
  for (std::size_t k = 0; k < question.layers.size(); ++k) {
    const StudyRecord& made = record[k];
    const StyleResidual now = style_residual(view.statistics(made.picture), wanted);
    const bool follows = question.cumulative && k > 0;
    course.steps.push_back(
        {made.picture, residual_of(follows ? last : of_noise, k, question.gram),
         residual_of(now, k, question.gram), now.mean(),
         change_between(follows ? course.steps.back().picture : noise, made.picture)});
    const Step& step = course.steps.back();
    nlohmann::ordered_json run = {{"image", image.name},
                                  {"optimizer", course.optimizer},
                                  {"layer", question.layers[k]},
                                  {"residual_before", step.before},
                                  {"residual_after", step.after},
                                  {"mean_residual", step.mean_residual},
                                  {"color_change", step.change.color_error},
                                  {"histogram_change", step.change.histogram},
                                  {"spectrum_change", step.change.spectrum},
                                  {"raw_residuals", now.raw},
                                  {"centered_residuals", now.centered}};
    run.update(run_json(first[k], made));
    run["curve"] = curve_json(made);
    runs.push_back(std::move(run));
    course.last = &made;
    last = now;
  }
  return course;
}

void add_to_sheet(Sheet& sheet, const Course& course, const StudyImage& image,
                  const std::vector<std::string>& layers) {
  std::vector<SheetCell> cells = {{image.picture, image.name}};
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const Step& step = course.steps[k];
    cells.push_back({step.picture, fmt::format("{}  {:.2g}", layers[k], step.after)});
  }
  for (SheetRow& row : wrapped(std::move(cells), 7)) {
    row.label = course.optimizer;
    sheet.rows.push_back(std::move(row));
  }
}

std::string explanation(const Question& question) {
  return fmt::format(
      "Each picture is a texture from the same noise that matches the {} Gram matrices of the "
      "original on {}. Residual: sum of squared differences of a layer's matrices over the sum of "
      "squares of the original's; before: in {}.",
      words_of(question.gram), question.cumulative ? "the layers up to the one named" : "one layer",
      question.cumulative ? "the picture of the layers before it, or in the noise" : "the noise");
}

}  // namespace

void layers_study(const StudyRequest& request, bool cumulative,
                  const std::vector<Optimizer>& optimizers) {
  const std::vector<Minimizer> minimizers = minimizers_of(request, optimizers);
  StudySetup setup = set_up(request, Task::kTexture);
  const Question question{cumulative, setup.loss.gram,
                          layer_names(setup.model(), setup.layers(LossKind::kStyle)), minimizers};
  const std::vector<std::string>& layers = question.layers;
  const std::vector<StudyRun> runs = make_runs(setup, question);
  const std::vector<StudyRecord> records = make_pictures(request, setup.folder, setup.engine, runs);

  StudyReport report = begin_report(cumulative ? "What each further layer adds to a style"
                                               : "What each layer alone holds of a style",
                                    request, setup);
  report.numbers["cumulative"] = cumulative;
  report.numbers["gram"] = name_of(question.gram);
  report.numbers["normalization"] = name_of(setup.loss.normalization);
  report.numbers["layers"] = layers;
  report.document.paragraph(explanation(question));
  NetworkView view(setup.engine, setup.layers(LossKind::kStyle), setup.loss.pooling,
                   setup.loss.padding);
  std::size_t first = 0;
  for (const StudyImage& image : setup.images) {
    std::vector<Course> found;
    report.document.heading(image.name);
    for (std::size_t s = 0; s < minimizers.size(); ++s, first += layers.size()) {
      found.push_back(measure_course(question, image, view, &runs[first], &records[first],
                                     report.numbers["runs"]));
      add_to_sheet(report.sheet, found.back(), image, layers);
      report.document.paragraph(finding(found.back(), layers, cumulative));
      add_series(report.document, found.back(), image.name, layers);
    }
    add_charts(report.document, found, image.name, layers);
    add_loss_chart(report.document, found,
                   fmt::format("{}: loss of {}{}", image.name, cumulative ? "all layers to " : "",
                               layers.back()),
                   minimizers.front().iterations);
  }
  report.records = records_of(report.numbers["runs"]);
  setup.folder.write(report);
}

}  // namespace vggstyle
