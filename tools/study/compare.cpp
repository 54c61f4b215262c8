#include "tools/study/compare.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "runtime/error.h"
#include "tools/cli/numbers.h"
#include "tools/cli/run_options.h"
#include "tools/measures/picture_measures.h"
#include "tools/study/runner/study_parts.h"
#include "tools/transfer/run_inputs.h"

namespace vggstyle {
namespace {

constexpr std::size_t kMostPictures = 400;

/// One --vary: an option and the values that it takes.
struct Variation {
  std::string name;    ///< as it was typed: "tv"
  std::string option;  ///< "--tv-weight"
  std::vector<std::string> values;
};

/// The option that `name` means: itself, or the weight of that name.
std::string option_named(const std::string& name, const CLI::App& options) {
  for (const std::string& option : {"--" + name, "--" + name + "-weight"}) {
    if (options.get_option_no_throw(option) != nullptr && name != "help") return option;
  }
  throw InputError(fmt::format(
      "--vary {}: there is no option --{}; 'vggstyle compare --help' lists those there are", name,
      name));
}

/// "gram=raw,centered", or with values that hold commas, "style-layers=all;conv1_1,conv2_1".
Variation parse_variation(const std::string& text, const CLI::App& options) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw InputError(
        fmt::format("--vary {}: give an option and its values, as in gram=raw,centered", text));
  }
  const std::string name = text.substr(0, equals), values = text.substr(equals + 1);
  const char separator = values.find(';') == std::string::npos ? ',' : ';';
  return {name, option_named(name, options), split(values, separator)};
}

std::vector<Variation> parse_variations(const CompareRequest& request) {
  RunRequest ignored;
  CLI::App options;
  add_run_options(options, ignored, {});
  std::vector<Variation> variations;
  std::size_t pictures = 1;
  for (const std::string& text : request.varied) {
    variations.push_back(parse_variation(text, options));
    pictures *= variations.back().values.size();
    if (pictures > kMostPictures) {
      throw InputError(
          fmt::format("--vary: that is more than {} pictures; give fewer values", kMostPictures));
    }
  }
  return variations;
}

/// One combination: a value of each variation.
struct Combination {
  std::vector<std::string> values;
  RunRequest run;
};

RunRequest with_values(const RunRequest& run, const std::vector<Variation>& variations,
                       const std::vector<std::string>& values) {
  RunRequest varied = run;
  CLI::App options;
  add_run_options(options, varied, {});
  std::vector<std::string> arguments;  // CLI11 takes them from the back
  for (std::size_t i = variations.size(); i-- > 0;) {
    arguments.push_back(values[i]);
    arguments.push_back(variations[i].option);
  }
  try {
    options.parse(arguments);
  } catch (const CLI::ParseError& error) {
    throw InputError(fmt::format("--vary: {}", error.what()));
  }
  return varied;
}

/// All of them, the first variation changing fastest.
std::vector<Combination> combinations_of(const RunRequest& run,
                                         const std::vector<Variation>& variations) {
  std::vector<std::vector<std::string>> all = {{}};
  for (const Variation& variation : variations) {
    std::vector<std::vector<std::string>> longer;
    for (const std::string& value : variation.values) {
      for (std::vector<std::string> values : all) {
        values.push_back(value);
        longer.push_back(std::move(values));
      }
    }
    all = std::move(longer);
  }
  std::vector<Combination> combinations;
  for (std::vector<std::string>& values : all) {
    RunRequest varied = with_values(run, variations, values);
    combinations.push_back({std::move(values), std::move(varied)});
  }
  return combinations;
}

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

/// Combinations that share a network: their pictures are made together.
struct Group {
  NetworkOptions network;
  std::vector<std::size_t> members;  ///< into the combinations
  std::vector<StudyTask> tasks;
};

/// Reads and checks everything before the first picture is made.
std::vector<Group> make_groups(const CompareRequest& request, const StudyFolder& folder,
                               const std::vector<Variation>& variations,
                               const std::vector<Combination>& combinations) {
  std::vector<Group> groups;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < combinations.size(); ++i) {
    const NetworkOptions& network = combinations[i].run.network;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& g) { return g.network == network; });
    if (group == groups.end()) group = groups.insert(group, Group{network, {}, {}});
    group->members.push_back(i);
  }
  for (Group& group : groups) {
    Engine engine = make_engine(make_device(group.network), group.network);
    for (const std::size_t i : group.members) {
      const Combination& combination = combinations[i];
      group.tasks.push_back({file_name(label_of(variations, combination.values, 0), taken),
                             prepare_optimization(combination.run, engine)});
    }
    check_tasks(request.study, folder, engine, group.tasks);
  }
  return groups;
}

/// A picture that was made, with what it was made from.
struct Made {
  const StudyTask* task = nullptr;
  StudyRecord record;
  std::string weights;
};

nlohmann::ordered_json json_of(const Made& made, const std::vector<Variation>& variations,
                               const Combination& combination) {
  const Optimization& optimization = made.task->optimization;
  const Picture &picture = made.record.picture, &style = optimization.styles.front();
  nlohmann::ordered_json run;
  for (std::size_t i = 0; i < variations.size(); ++i) {
    run["settings"][variations[i].name] = combination.values[i];
  }
  run["weights"] = made.weights;
  run["style"] = made.record.last.style_total();
  run["content"] = made.record.last.content_total();
  run["tv"] = made.record.last.tv;
  run["histogram_distance"] = histogram_distance(picture, style);
  run["spectrum_distance"] = spectrum_distance(picture, style);
  if (optimization.content) {
    run["ssim"] = structural_similarity(picture, *optimization.content);
    run["edge_correlation"] = edge_correlation(picture, *optimization.content);
  }
  run.update(run_json(*made.task, made.record));
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

Document make_document(const CompareRequest& request, const Optimization& first,
                       const std::vector<std::string>& images) {
  Document document("The same pictures with different settings");
  document.preformatted(request.study.command_line);
  std::vector<Figure> figures;
  std::size_t image = 0;
  if (first.content) figures.push_back({"content", images[image++], *first.content});
  for (const Picture& style : first.styles) figures.push_back({"style", images[image++], style});
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
  const std::vector<Variation> variations = parse_variations(request);
  const std::vector<Combination> combinations = combinations_of(request.run, variations);
  const std::vector<Group> groups = make_groups(request, folder, variations, combinations);
  std::vector<Made> made(combinations.size());
  nlohmann::ordered_json numbers;
  for (const Group& group : groups) {
    StudyRequest study = request.study;
    study.network = group.network;
    Engine engine = make_engine(make_device(group.network), group.network);
    if (numbers.empty()) {
      const Search& search = group.tasks.front().optimization.search;
      numbers = study_head(study.study, study.command_line, engine, {});
      numbers["images"] = study.images;
      numbers["iterations"] = search.iterations;
      numbers["seed"] = search.seed;
    }
    std::vector<StudyRecord> records = make_pictures(study, folder, engine, group.tasks);
    for (std::size_t k = 0; k < records.size(); ++k) {
      made[group.members[k]] = {&group.tasks[k], std::move(records[k]), engine.weights.id};
    }
  }

  StudyReport report{std::move(numbers),
                     {},
                     {"The same pictures with different settings", {}, {}},
                     make_document(request, made.front().task->optimization, request.study.images)};
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
