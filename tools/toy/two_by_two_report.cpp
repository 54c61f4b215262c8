#include "tools/toy/two_by_two_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/version.h"
#include "tools/toy/tile.h"

namespace vggstyle::toy {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxTiles = 14;

const char* title_of(GramMode constraint) {
  switch (constraint) {
    case GramMode::kRaw:
      return "Gram matrix: sum x\u00b2";
    case GramMode::kCentered:
      return "Centred Gram matrix: sum (x - mean)\u00b2";
    case GramMode::kBoth:
      break;
  }
  return "Both";
}

std::string number_of_images(const SolutionSet& set) {
  return set.dimension == 0 ? std::to_string(set.isolated.size()) : "infinitely many";
}

bool is_one_of(const std::vector<Image>& images, const Image& image) {
  return std::any_of(images.begin(), images.end(),
                     [&](const Image& other) { return distance(image, other) <= kSame; });
}

/// What is shown of a set: its isolated images, then others that the optimiser found.
std::vector<Image> examples(const TwoByTwoStudy::Constraint& constraint) {
  std::vector<Image> images = constraint.set.isolated;
  for (const Image& found : constraint.samples.distinct) {
    if (images.size() >= kMaxTiles) break;
    if (!is_one_of(constraint.set.isolated, found)) images.push_back(found);
  }
  return images;
}

/// Isolated images that the optimiser found too.
std::size_t isolated_found(const TwoByTwoStudy::Constraint& constraint) {
  const auto& isolated = constraint.set.isolated;
  return static_cast<std::size_t>(std::count_if(
      isolated.begin(), isolated.end(),
      [&](const Image& known) { return is_one_of(constraint.samples.distinct, known); }));
}

/// Searches that ended at an isolated image.
std::size_t ended_isolated(const TwoByTwoStudy::Constraint& constraint) {
  const auto& all = constraint.samples.all;
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Sample& sample) {
    return sample.converged && is_one_of(constraint.set.isolated, sample.image);
  }));
}

Json json_of(const TwoByTwoStudy::Constraint& constraint) {
  const SolutionSet& set = constraint.set;
  const Samples& samples = constraint.samples;
  Json json = {{"dimension", set.dimension},
               {"pieces", set.pieces},
               {"images", nullptr},
               {"isolated", set.isolated},
               {"description", set.description},
               {"converged", samples.converged},
               {"distinct", samples.distinct.size()},
               {"isolated_found", isolated_found(constraint)},
               {"spread", samples.spread},
               {"largest_residual", samples.largest_residual}};
  if (set.dimension == 0) json["images"] = set.isolated.size();
  return json;
}

Json json_of(const Proof& proof) {
  Json cases = Json::array();
  for (const Proof::Case& one : proof.cases) {
    cases.push_back({{"image", one.image},
                     {"gram", one.statistics.gram},
                     {"centered", one.statistics.centered},
                     {"solution", one.solution}});
  }
  return {{"algebra", proof.algebra}, {"cases", cases}, {"solutions", proof.solutions}};
}

Json json_of(const TwoByTwoStudy& study, const std::string& command_line) {
  const Statistics s = statistics_of(study.image);
  Json constraints = Json::object();
  for (const TwoByTwoStudy::Constraint& constraint : study.constraints) {
    constraints[std::string(name_of(constraint.set.constraint))] = json_of(constraint);
  }
  return {{"study", "toy"},
          {"part", "image"},
          {"software", fmt::format("vggstyle {}", version())},
          {"command", command_line},
          {"image", study.image},
          {"statistics", {{"sum", s.sum}, {"gram", s.gram}, {"centered", s.centered}}},
          {"starts", study.starts},
          {"seed", study.seed},
          {"constraints", constraints},
          {"proof", json_of(study.proof)}};
}

Table records_of(const TwoByTwoStudy& study) {
  Table table{"", {"constraint", "search", "converged", "residual", "x1", "x2", "x3", "x4"}, {}};
  for (const TwoByTwoStudy::Constraint& constraint : study.constraints) {
    const std::string name(name_of(constraint.set.constraint));
    int search = 0;
    for (const Sample& sample : constraint.samples.all) {
      std::vector<std::string> row = {name, std::to_string(++search), sample.converged ? "1" : "0",
                                      fmt::format("{:.3g}", sample.residual)};
      for (const double x : sample.image) row.push_back(fmt::format("{:.9g}", x));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Sheet sheet_of(const TwoByTwoStudy& study) {
  Sheet sheet{
      fmt::format("Images of the style of {}", text_of(study.image)), {}, {}, 3 * tile_side(2)};
  sheet.rows.push_back({"given", {{tile(study.image), ""}}});
  for (const TwoByTwoStudy::Constraint& constraint : study.constraints) {
    SheetRow row{fmt::format("{}: {}", adjective(constraint.set.constraint),
                             number_of_images(constraint.set)),
                 {}};
    for (const Image& image : examples(constraint)) row.cells.push_back({tile(image), ""});
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

Table summary_of(const TwoByTwoStudy& study) {
  Table table{"What has the style of the image, and what the optimiser found of it",
              {"constraint", "images", "dimension", "pieces", "searches", "converged", "different",
               "spread", "largest residual"},
              {}};
  for (const TwoByTwoStudy::Constraint& constraint : study.constraints) {
    const SolutionSet& set = constraint.set;
    const Samples& samples = constraint.samples;
    table.rows.push_back(
        {std::string(name_of(set.constraint)), number_of_images(set), std::to_string(set.dimension),
         std::to_string(set.pieces), std::to_string(study.starts),
         std::to_string(samples.converged), std::to_string(samples.distinct.size()),
         fmt::format("{:.3f}", samples.spread), fmt::format("{:.1e}", samples.largest_residual)});
  }
  return table;
}

void add_constraint(Document& document, const TwoByTwoStudy::Constraint& constraint) {
  const SolutionSet& set = constraint.set;
  document.heading(title_of(set.constraint));
  document.paragraph(fmt::format("All that has this style: {}.", set.description));
  if (const int failed =
          static_cast<int>(constraint.samples.all.size()) - constraint.samples.converged;
      failed > 0) {
    document.paragraph(fmt::format(
        "{} of the searches ended elsewhere: on the surface of the cube, where no small change "
        "lowers the error.",
        failed));
  }
  if (!set.isolated.empty()) {
    document.paragraph(
        fmt::format("The searches found {} of the {} isolated image{}: {} ended at one.",
                    isolated_found(constraint), set.isolated.size(),
                    set.isolated.size() == 1 ? "" : "s", ended_isolated(constraint)));
  }
  std::vector<Figure> figures;
  const std::vector<Image> images = examples(constraint);
  for (std::size_t i = 0; i < images.size(); ++i) {
    const bool known = i < set.isolated.size();
    figures.push_back(
        {text_of(images[i], 2), known ? "closed form" : "found", tile(images[i]), true});
  }
  document.figures(figures);
}

void add_proof(Document& document, const Proof& proof) {
  document.heading("Why, for both");
  std::string lines;
  for (const std::string& line : proof.algebra) lines += line + "\n";
  document.preformatted(lines);
  if (proof.cases.empty()) return;
  Table table{fmt::format("The cases, computed: {} of {} have both matrices", proof.solutions,
                          proof.cases.size()),
              {"image", "G", "Gc", "both"},
              {}};
  for (const Proof::Case& one : proof.cases) {
    table.rows.push_back({text_of(one.image), fmt::format("{:.6g}", one.statistics.gram),
                          fmt::format("{:.6g}", one.statistics.centered),
                          one.solution ? "yes" : ""});
  }
  document.table(table);
}

std::string conclusion(const TwoByTwoStudy& study) {
  const auto left = [](const SolutionSet& set) {
    return set.dimension == 0 ? fmt::format("exactly {} image{}", set.isolated.size(),
                                            set.isolated.size() == 1 ? "" : "s")
                              : fmt::format("a set of dimension {}", set.dimension);
  };
  return fmt::format("The Gram matrix alone leaves {}, the centred one alone {}, both together {}.",
                     left(study.constraints[0].set), left(study.constraints[1].set),
                     left(study.constraints[2].set));
}

Document document_of(const TwoByTwoStudy& study, const std::string& command_line) {
  Document document(fmt::format("Toy: what has the style of {}?", text_of(study.image)));
  document.paragraph(
      "The spherical cow of the question what style is: grey images of 2 x 2 pixels in 0..1, seen "
      "through one filter of 1 x 1 that changes nothing. The activations are the four pixels, the "
      "Gram matrix and the centred one are numbers, and what has the style of an image can be "
      "written down.");
  document.preformatted(command_line);
  document.figures({{text_of(study.image), "given", tile(study.image), true}});
  document.paragraph(conclusion(study));
  document.table(summary_of(study));
  document.paragraph(fmt::format(
      "Searches: L-BFGS within the bounds 0 and 1, from random images, on the squared errors of "
      "the matrices. One has converged if no matrix is off by more than {:g}; images count as "
      "different if a pixel differs by more than {:g}; the spread is the root mean squared "
      "distance from the mean of those that converged. Dimension and pieces (connected parts) are "
      "of the whole set, in closed form.",
      kTolerance, kSame));
  for (const TwoByTwoStudy::Constraint& constraint : study.constraints) {
    add_constraint(document, constraint);
  }
  add_proof(document, study.proof);
  return document;
}

}  // namespace

std::string text_of(const Proof& proof) {
  std::string text;
  for (const std::string& line : proof.algebra) text += line + "\n";
  if (proof.cases.empty()) return text;
  text += fmt::format("Checked: {} of these {} images have both matrices:\n", proof.solutions,
                      proof.cases.size());
  for (const Proof::Case& one : proof.cases) {
    text += fmt::format("  {:<24} G = {:<8.6g} Gc = {:<8.6g} {}\n", text_of(one.image),
                        one.statistics.gram, one.statistics.centered, one.solution ? "yes" : "no");
  }
  return text;
}

std::string text_of(const TwoByTwoStudy::Constraint& constraint) {
  const SolutionSet& set = constraint.set;
  return fmt::format(
      "{}: {} image{}, dimension {}, {} piece{}: {}; {} of {} searches converged, to {} different "
      "images\n",
      name_of(set.constraint), number_of_images(set),
      set.dimension == 0 && set.isolated.size() == 1 ? "" : "s", set.dimension, set.pieces,
      set.pieces == 1 ? "" : "s", set.description, constraint.samples.converged,
      constraint.samples.all.size(), constraint.samples.distinct.size());
}

StudyReport report_of(const TwoByTwoStudy& study, const std::string& command_line) {
  return {json_of(study, command_line), records_of(study), sheet_of(study),
          document_of(study, command_line)};
}

}  // namespace vggstyle::toy
