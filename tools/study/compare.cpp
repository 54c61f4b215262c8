#include "tools/study/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runtime/error.h"
#include "tools/measures/picture_measures.h"
#include "tools/study/runner/study_parts.h"
#include "tools/transfer/read_problem.h"

namespace vggstyle {
namespace {

/// "gram raw, tv 0".
std::string label_of(const std::vector<Variation>& variations,
                     const std::vector<std::string>& values, std::size_t first) {
  std::string label;
  for (std::size_t i = first; i < variations.size(); ++i) {
    label += fmt::format("{}{} {}", label.empty() ? "" : ", ", variations[i].name, values[i]);
  }
  return label;
}

/// The label as a file's name, cut off where it is long: the numbers of a study hold all of it.
std::string file_name(const std::string& label, std::set<std::string>& taken) {
  std::string name;
  for (const char c : label) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '.' || c == '_';
    if (plain) name += c;
    if (!plain && !name.empty() && name.back() != '-') name += '-';
  }
  constexpr std::size_t kLongest = 200;
  return unique_name(name.substr(0, kLongest), taken);
}

/// Combinations that share an engine: their pictures are made together.
struct Group {
  NetworkSettings network;
  DeviceSettings device;
  std::vector<std::size_t> members;  ///< into the combinations
  Engine engine;
  std::vector<StudyRun> runs;
};

/// Reads and checks everything before the first picture is made.
std::vector<Group> make_groups(const CompareRequest& request, const StudyFolder& folder) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < request.combinations.size(); ++i) {
    const Settings& settings = request.combinations[i].run.settings;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) {
      return g.network == settings.network && g.device == settings.device;
    });
    if (group == groups.end()) {
      group = groups.insert(group, Group{settings.network, settings.device, {}, {}, {}});
    }
    group->members.push_back(i);
  }
  std::set<std::string> taken;
  for (Group& group : groups) {
    group.engine = make_engine(make_device(group.device), group.device, group.network);
    for (const std::size_t i : group.members) {
      const Combination& combination = request.combinations[i];
      group.runs.push_back({file_name(label_of(request.variations, combination.values, 0), taken),
                            read_problem(combination.run, group.engine)});
    }
    check_runs(request.study, folder, group.engine, group.runs);
  }
  return groups;
}

/// A picture that was made, with what it was made from.
struct Made {
  const StudyRun* run = nullptr;
  StudyRecord record;
  std::string weights;
};

nlohmann::ordered_json json_of(const Made& made, const std::vector<Variation>& variations,
                               const Combination& combination) {
  const ProblemSpec& problem = made.run->problem;
  const Picture &picture = made.record.picture, &style = problem.styles.front();
  nlohmann::ordered_json run;
  for (std::size_t i = 0; i < variations.size(); ++i) {
    run["settings"][variations[i].name] = combination.values[i];
  }
  run["weights"] = made.weights;
  for (const LossKind kind : kPictureKinds) {
    run[std::string(name_of(kind))] = made.record.last.sum(kind);
  }
  run["histogram_distance"] = histogram_distance(picture, style);
  run["spectrum_distance"] = spectrum_distance(picture, style);
  if (problem.content) {
    run["ssim"] = structural_similarity(picture, *problem.content);
    run["edge_correlation"] = edge_correlation(picture, *problem.content);
  }
  run.update(run_json(*made.run, made.record));
  return run;
}

std::string caption_of(const nlohmann::ordered_json& run) {
  const auto number = [&run](const char* key) { return number_text(run.at(key)); };
  std::string caption = "loss " + number("loss_last") + ", histogram " +
                        number("histogram_distance") + ", spectrum " + number("spectrum_distance");
  if (run.contains("ssim")) caption += ", SSIM " + number("ssim");
  return caption;
}

/// The first variation across, the others down; a single one in lines.
std::vector<SheetRow> sheet_rows(const std::vector<Variation>& variations,
                                 const std::vector<Combination>& combinations,
                                 const std::vector<Made>& made) {
  constexpr int kInLine = 5;
  std::vector<SheetCell> cells;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const std::string caption =
        variations.size() == 1 ? label_of(variations, combinations[i].values, 0) : "";
    cells.push_back({made[i].record.picture, caption});
  }
  if (variations.size() == 1) return wrapped(std::move(cells), kInLine);
  const auto across = static_cast<int>(variations.front().values.size());
  std::vector<SheetRow> rows = wrapped(std::move(cells), across);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const Combination& first = combinations[row * static_cast<std::size_t>(across)];
    rows[row].label = label_of(variations, first.values, 1);
  }
  return rows;
}

Document make_document(const CompareRequest& request, const ProblemSpec& first,
                       const std::vector<std::string>& images) {
  Document document("The same pictures with different settings");
  document.preformatted(request.study.command_line);
  std::vector<Figure> figures;
  std::size_t image = 0;
  if (first.content) figures.push_back({"content", images[image++], *first.content});
  for (std::size_t s = 0; image < images.size(); ++s) {  // regions may share a style
    figures.push_back({"style", images[image++], first.styles[s]});
  }
  document.figures(figures);
  document.paragraph(
      "Histogram (Wasserstein's distance, 0 to 255) and spectrum (of log10 power) say how far a "
      "picture is from the style wherever things are, SSIM how near it is to the content; losses "
      "of different settings cannot be compared in general.");
  return document;
}

}  // namespace

void compare(const CompareRequest& request) {
  const StudyFolder folder(request.study.folder);
  const std::vector<Variation>& variations = request.variations;
  const std::vector<Combination>& combinations = request.combinations;
  std::vector<Group> groups = make_groups(request, folder);
  const Engine& first = groups.front().engine;
  nlohmann::ordered_json numbers =
      study_head(request.study.study, request.study.command_line, first, {});
  numbers["images"] = request.study.images;
  numbers["iterations"] = groups.front().runs.front().problem.minimizer.iterations;
  numbers["seed"] = groups.front().runs.front().problem.seed;
  std::vector<Made> made(combinations.size());
  for (Group& group : groups) {
    std::vector<StudyRecord> records =
        make_pictures(request.study, folder, group.engine, group.runs);
    for (std::size_t k = 0; k < records.size(); ++k) {
      made[group.members[k]] = {&group.runs[k], std::move(records[k]), group.engine.weights->id};
    }
  }

  StudyReport report{std::move(numbers),
                     {},
                     {"The same pictures with different settings", {}, {}},
                     make_document(request, made.front().run->problem, request.study.images)};
  std::vector<Figure> figures;
  for (std::size_t i = 0; i < made.size(); ++i) {
    nlohmann::ordered_json run = json_of(made[i], variations, combinations[i]);
    figures.push_back(
        {label_of(variations, combinations[i].values, 0), caption_of(run), made[i].record.picture});
    report.numbers["runs"].push_back(std::move(run));
  }
  report.document.figures(figures);
  if (variations.size() > 1) {
    for (const std::string& value : variations.front().values) {
      report.sheet.columns.push_back(variations.front().name + " " + value);
    }
  }
  report.sheet.rows = sheet_rows(variations, combinations, made);
  report.records = records_of(report.numbers["runs"]);
  folder.write(report);
}

}  // namespace vggstyle
