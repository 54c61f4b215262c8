// How much of each of many pictures is style.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/error.h"
#include "tools/contrive/contrive.h"
#include "tools/measures/picture_measures.h"
#include "tools/report/charts/chart.h"
#include "tools/session/network_view.h"
#include "tools/session/settings/layer_names.h"
#include "tools/study/arrangement.h"
#include "tools/study/runner/study_parts.h"
#include "tools/study/studies.h"
#include "tools/study/style_residual.h"

namespace vggstyle {
namespace {

/// What a texture may keep of a picture's colours and of its lines and trunks.
struct Look {
  ColorFacts color;
  Bands bands;
};

Look look_of(const Picture& picture) {
  return {color_facts(picture), bands(picture)};
}

nlohmann::ordered_json json_of(const Look& look) {
  nlohmann::ordered_json json = color_json(look.color);
  json["row_bands"] = look.bands.rows;
  json["column_bands"] = look.bands.columns;
  return json;
}

struct Scored {
  const StudyImage* image;
  Picture made;
  double residual;     ///< of the style, mean of raw and centred over the layers asked for
  double structure;    ///< distance of arrangements over that between unrelated pictures
  double style_share;  ///< 1 - structure, not below 0
  double border_original, border_made;
  Look look_original, look_made;
  nlohmann::ordered_json run;
};

/// The mean distance of `own` to the arrangements of other pictures: the gallery's, or where there
/// are fewer than two others, of contrived ones. The same picture again is no other.
double distance_to_unrelated(std::size_t own, const std::vector<Arrangement>& gallery,
                             const std::vector<Arrangement>& contrived) {
  std::vector<double> distances;
  for (std::size_t i = 0; i < gallery.size(); ++i) {
    const double apart = distance(gallery[own], gallery[i]);
    if (i != own && apart > 0) distances.push_back(apart);
  }
  if (distances.size() < 2) {
    for (const Arrangement& other : contrived) distances.push_back(distance(gallery[own], other));
  }
  return std::accumulate(distances.begin(), distances.end(), 0.0) /
         static_cast<double>(distances.size());
}

const Scored& find(const std::vector<Scored>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Scored& s) { return s.image->name == name; });
  return *found;
}

void check_versus(const std::vector<std::string>& versus, const std::vector<StudyImage>& images) {
  for (const std::string& name : versus) {
    const bool known = std::any_of(images.begin(), images.end(),
                                   [&](const StudyImage& image) { return image.name == name; });
    if (!known) {
      throw InputError(fmt::format(
          "--versus: there is no picture '{}' in the gallery; names are those of the files without "
          "their ending",
          name));
    }
  }
}

std::string border_text(const Scored& s) {
  return fmt::format(
      "{}: border less middle {:+.2f} in the original, {:+.2f} in the texture "
      "(deviations of luma)",
      s.image->name, s.border_original, s.border_made);
}

void add_borders(StudyReport& report, const std::vector<Scored>& all,
                 const std::vector<std::string>& versus) {
  double mean = 0;
  int brighter = 0;
  for (const Scored& s : all) {
    const double change = s.border_made - s.border_original;
    mean += change / static_cast<double>(all.size());
    brighter += s.border_made > 0 ? 1 : 0;
  }
  report.numbers["border"] = {{"mean_change", mean}, {"textures_with_bright_border", brighter}};
  report.document.heading("Is the border brighter than the middle?");
  report.document.paragraph(fmt::format(
      "Luma of the outermost eighth on each side less that of the rest, in deviations of luma. {} "
      "of {} textures have a brighter border; on average it is {:.2f} deviations {} than in the "
      "originals.",
      brighter, all.size(), std::abs(mean), mean >= 0 ? "brighter" : "darker"));
  if (versus.empty()) return;
  std::vector<Figure> figures;
  for (const std::string& name : versus) {
    const Scored& s = find(all, name);
    report.document.paragraph(border_text(s));
    figures.push_back({s.image->name, fmt::format("{:+.2f}", s.border_original), s.image->picture});
    figures.push_back({s.image->name + ", texture", fmt::format("{:+.2f}", s.border_made), s.made});
  }
  report.document.figures(figures);
}

/// Every picture with its score, from mostly style to not just style.
std::vector<Scored> score(StudySetup& setup, ArrangementMeter& arrangement_of,
                          const std::vector<StudyRun>& runs,
                          const std::vector<StudyRecord>& records) {
  const std::vector<StudyImage>& images = setup.images;
  std::vector<Arrangement> originals, contrived;
  for (const StudyImage& image : images) originals.push_back(arrangement_of(image.picture));
  const Picture& first = images.front().picture;
  for (const char* kind : {"scene", "strokes", "checkers", "dots"}) {
    contrived.push_back(arrangement_of(contrive(kind, first.width, first.height, 1)));
  }
  NetworkView view(setup.engine, setup.layers(LossKind::kStyle), setup.loss.pooling,
                   setup.loss.padding);
  std::vector<Scored> all;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Picture &made = records[i].picture, &original = images[i].picture;
    const double structure = distance(arrangement_of(made), originals[i]) /
                             distance_to_unrelated(i, originals, contrived);
    Scored s{&images[i],
             made,
             style_residual(view.statistics(made), view.statistics(original)).mean(),
             structure,
             std::max(0.0, 1 - structure),
             border_brightness(original),
             border_brightness(made),
             look_of(original),
             look_of(made),
             {}};
    s.run = {{"image", images[i].name},
             {"style_share", s.style_share},
             {"structure", s.structure},
             {"style_residual", s.residual},
             {"border_original", s.border_original},
             {"border_texture", s.border_made},
             {"original", json_of(s.look_original)},
             {"texture", json_of(s.look_made)}};
    s.run.update(run_json(runs[i], records[i]));
    all.push_back(std::move(s));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Scored& a, const Scored& b) { return a.structure < b.structure; });
  return all;
}

std::string explanation(const std::string& layer) {
  return fmt::format(
      "Each picture beside a texture of its style alone, from noise. Structure: how far the "
      "arrangement of things in the texture is from that in the original (activations of {}, "
      "averaged over a grid of {} x {} fields), over the distance between unrelated pictures: near "
      "0 the texture could be the picture, near 1 it shares no more than any other would. Style "
      "share is 1 less structure. Style residual: how much of the Gram matrices was not reached; a "
      "share says little where it is large.",
      layer, Arrangement::kGrid, Arrangement::kGrid);
}

void add_scores(StudyReport& report, const std::vector<Scored>& all) {
  Table table{"From mostly style to not just style",
              {"picture", "style share", "structure", "style residual", "border, original",
               "border, texture"},
              {}};
  LineChart chart{"Style share", "picture", "1: nothing but style", {}, {{"style share", {}}}};
  std::vector<Figure> figures;
  std::vector<SheetCell> cells;
  for (const Scored& s : all) {
    const std::string& name = s.image->name;
    table.rows.push_back({name, number_text(s.style_share), number_text(s.structure),
                          number_text(s.residual), number_text(s.border_original),
                          number_text(s.border_made)});
    chart.places.push_back(name);
    chart.series[0].values.push_back(s.style_share);
    const std::string share = fmt::format("style share {:.2f}", s.style_share);
    figures.push_back({name, "original", s.image->picture});
    figures.push_back({name, share, s.made});
    cells.push_back({s.image->picture, name});
    cells.push_back({s.made, share});
    report.numbers["runs"].push_back(s.run);
  }
  report.document.figures(figures);
  report.document.chart(svg(chart));
  report.document.table(table);
  report.sheet.title = table.caption;
  report.sheet.rows = wrapped(std::move(cells), 6);
}

/// Dark areas and colours, lines and trunks: original and texture side by side.
void add_looks(Document& document, const std::vector<Scored>& all) {
  Table table{
      "Original / texture",
      {"picture", "dark pixels, %", "contrast", "chroma", "between rows, %", "between columns, %"},
      {}};
  const auto pair = [](double original, double made) {
    return fmt::format("{:.0f} / {:.0f}", original, made);
  };
  for (const Scored& s : all) {
    const Look &a = s.look_original, &b = s.look_made;
    table.rows.push_back({s.image->name, pair(100 * a.color.dark_share, 100 * b.color.dark_share),
                          pair(a.color.contrast, b.color.contrast),
                          pair(a.color.chroma, b.color.chroma),
                          pair(100 * a.bands.rows, 100 * b.bands.rows),
                          pair(100 * a.bands.columns, 100 * b.bands.columns)});
  }
  document.heading("What does the texture keep?");
  document.paragraph(
      "Dark: luma below half. Contrast: deviation of luma. Chroma: largest channel less the "
      "smallest. Between rows: share of the variance of luma that the rows' means have, as lines "
      "of text give them; between columns: the same of columns, as straight trunks do.");
  document.table(table);
}

}  // namespace

void gallery_study(const StudyRequest& request, const std::vector<std::string>& versus) {
  StudySetup setup = set_up(request, Task::kTexture);
  check_versus(versus, setup.images);
  ArrangementMeter arrangement_of(setup.engine);
  setup.engine.require(arrangement_of.layer());
  check_fits(setup.images, setup.model(), arrangement_of.layer());
  std::vector<StudyRun> runs;
  for (const StudyImage& image : setup.images) {
    runs.push_back({image.name, texture_problem(setup, setup.loss, image.picture)});
  }
  const std::vector<StudyRecord> records = make_pictures(request, setup.folder, setup.engine, runs);

  StudyReport report = begin_report("How much of a picture is style?", request, setup);
  report.numbers["style_layers"] = layers_text(setup.model(), setup.layers(LossKind::kStyle));
  report.document.paragraph(explanation(layer_name(setup.model(), arrangement_of.layer())));
  const std::vector<Scored> all = score(setup, arrangement_of, runs, records);
  add_scores(report, all);
  add_looks(report.document, all);
  add_borders(report, all, versus);
  report.records = records_of(report.numbers["runs"]);
  setup.folder.write(report);
}

}  // namespace vggstyle
