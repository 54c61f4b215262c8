#include "tools/toy/grid/grid_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

#include "runtime/version.h"
#include "tools/report/charts/chart.h"
#include "tools/toy/grid/grid_lessons.h"
#include "tools/toy/tile.h"
#include "tools/toy/toy_image.h"

namespace vggstyle::toy {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxTiles = 24;

std::string key(GramMode mode) {
  return std::string(name_of(mode));
}

std::string size_of(Grid grid) {
  return fmt::format("{}x{}", grid.width, grid.height);
}

/// Rows from top to bottom, 1 white: "1000 0110 0110 0000".
std::string code_of(Grid grid, std::uint32_t image) {
  std::string text;
  for (unsigned i = 0; i < static_cast<unsigned>(grid.pixels()); ++i) {
    if (i > 0 && i % static_cast<unsigned>(grid.width) == 0) text += ' ';
    text += (image >> i) & 1U ? '1' : '0';
  }
  return text;
}

/// Classes of each size.
std::map<std::uint32_t, std::size_t> distribution(const Partition& classes) {
  std::map<std::uint32_t, std::size_t> sizes;
  for (const std::uint32_t size : classes.sizes()) ++sizes[size];
  return sizes;
}

/// Of all images that their style alone determines, some, evenly.
std::vector<std::uint32_t> some_unique(const Partition& classes, std::size_t limit) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t image = 0; image < classes.size(); ++image) {
    if (classes.sizes()[classes.class_of(image)] == 1) all.push_back(image);
  }
  std::vector<std::uint32_t> some;
  const std::size_t count = std::min(limit, all.size());
  for (std::size_t i = 0; i < count; ++i) some.push_back(all[i * all.size() / count]);
  return some;
}

std::vector<std::uint32_t> classes_of_size(const Partition& classes, std::uint32_t size) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t which = 0; which < classes.classes(); ++which) {
    if (classes.sizes()[which] == size) found.push_back(which);
  }
  return found;
}

/// A class for each of a few sizes between 2 and the largest, the largest left out; of each size
/// the middle one, since the first ones are the darkest.
std::vector<std::uint32_t> typical_classes(const Partition& classes) {
  std::vector<std::uint32_t> typical;
  for (std::uint32_t size = classes.largest_size() / 2; size >= 2; size /= 2) {
    const std::vector<std::uint32_t> found = classes_of_size(classes, size);
    if (!found.empty()) typical.push_back(found[found.size() / 2]);
  }
  return typical;
}

Json json_of(const Variant& variant) {
  return {{"black", variant.black},
          {"filters", variant.signs ? "signed" : "unit"},
          {"relu", variant.relu}};
}

/// {"raw": ..., "centered": ..., "both": ...}
template <typename Function>
Json of_modes(const GridStyles& styles, Function function) {
  Json json = Json::object();
  for (const GramMode mode : kConstraints) json[key(mode)] = function(styles.of(mode));
  return json;
}

void add_counts(Json& json, const GridStyles& styles) {
  json["classes"] = of_modes(styles, [](const Partition& p) { return p.classes(); });
  json["largest_class"] = of_modes(styles, [](const Partition& p) { return p.largest_size(); });
  json["unique_images"] = of_modes(styles, [](const Partition& p) { return p.unique(); });
}

Json json_of(const ClassCounts& counts) {
  return {{"classes", counts.classes},
          {"largest_class", counts.largest},
          {"unique_images", counts.unique}};
}

Json growth_of(const GridStudy& study) {
  Json growth = Json::array();
  for (const GridStudy::Step& step : study.growth) {
    growth.push_back({{"grid", size_of(step.grid)},
                      {"images", step.grid.images()},
                      {"raw", json_of(step.raw)},
                      {"centered", json_of(step.centered)},
                      {"both", json_of(step.both)}});
  }
  return growth;
}

Json json_of(Grid grid, const NetworkGrid& network) {
  Json json = {{"weights", network.weights}, {"patches", json_of(counts_of(network.patches))}};
  json["inputs"] = Json::array();
  for (const NetworkGrid::Result& result : network.results) {
    Json input = {{"input", name_of(result.input)}, {"relu", result.relu}};
    add_counts(input, result.styles);
    input["same_as_negative"] =
        of_modes(result.styles, [&](const Partition& p) { return same_as_negative(grid, p); });
    json["inputs"].push_back(std::move(input));
  }
  return json;
}

Json json_of(const GridStudy& study, const std::string& command_line) {
  const GridStyles& styles = study.styles();
  Json json = {{"study", "toy"},
               {"part", "grid"},
               {"software", fmt::format("vggstyle {}", version())},
               {"command", command_line},
               {"grid", size_of(study.grid)},
               {"images", study.grid.images()},
               {"positions", study.grid.positions()},
               {"variant", json_of(study.chosen)}};
  add_counts(json, styles);
  json["largest_class_images"] = of_modes(styles, [&](const Partition& p) {
    Json codes = Json::array();
    for (const std::uint32_t image : p.members(p.largest(), kMaxTiles)) {
      codes.push_back(code_of(study.grid, image));
    }
    return codes;
  });
  json["class_sizes"] = of_modes(styles, [](const Partition& p) {
    Json sizes = Json::array();
    for (const auto& [size, classes] : distribution(p)) {
      sizes.push_back({{"size", size}, {"classes", classes}});
    }
    return sizes;
  });
  json["same_as_negative"] =
      of_modes(styles, [&](const Partition& p) { return same_as_negative(study.grid, p); });
  json["shared_classes"] = of_modes(styles, [&](const Partition& p) {
    return Json{{"all", shared(p)},
                {"within_mirrors", shared_within(p, study.mirrors)},
                {"within_shifts", shared_within(p, study.shifts)},
                {"within_negatives", shared_within(p, study.negatives)}};
  });
  json["patches"] = json_of(counts_of(study.patches));
  json["growth"] = growth_of(study);
  json["variants"] = Json::array();
  for (const GridStudy::Result& result : study.results) {
    Json variant = json_of(result.variant);
    add_counts(variant, result.styles);
    json["variants"].push_back(std::move(variant));
  }
  json["lessons"] = lessons(study);
  return json;
}

Table records_of(const GridStudy& study) {
  Table table{
      "", {"style", "black", "signed", "relu", "classes", "largest_class", "unique_images"}, {}};
  for (const GridStudy::Result& result : study.results) {
    for (const GramMode mode : kConstraints) {
      const ClassCounts counts = counts_of(result.styles.of(mode));
      table.rows.push_back({key(mode), std::to_string(result.variant.black),
                            result.variant.signs ? "1" : "0", result.variant.relu ? "1" : "0",
                            std::to_string(counts.classes), std::to_string(counts.largest),
                            std::to_string(counts.unique)});
    }
  }
  return table;
}

/// Pictures of a row of the sheet, or two where there are more.
void add_rows(Sheet& sheet, Grid grid, const std::string& label,
              const std::vector<std::uint32_t>& images) {
  std::vector<SheetCell> cells;
  for (const std::uint32_t image : images) cells.push_back({tile(grid, image), ""});
  std::vector<SheetRow> rows = wrapped(std::move(cells), 12);
  if (!rows.empty()) rows.front().label = label;
  for (SheetRow& row : rows) sheet.rows.push_back(std::move(row));
}

Sheet sheet_of(const GridStudy& study) {
  Sheet sheet{fmt::format("Binary images of {}: {}", size_of(study.grid), name_of(study.chosen)),
              {},
              {},
              tile_side(std::max(study.grid.width, study.grid.height))};
  for (const GramMode mode : kConstraints) {
    const Partition& classes = study.styles().of(mode);
    add_rows(sheet, study.grid,
             fmt::format("{}: one style, {} images", adjective(mode), classes.largest_size()),
             classes.members(classes.largest(), kMaxTiles));
  }
  const Partition& both = study.styles().both;
  for (const std::uint32_t which : typical_classes(both)) {
    add_rows(sheet, study.grid, fmt::format("joint: one style, {} images", both.sizes()[which]),
             both.members(which, kMaxTiles));
  }
  add_rows(sheet, study.grid, "joint: alone in their style", some_unique(both, kMaxTiles));
  return sheet;
}

Table counts_table() {
  return {"Different styles, images of the largest class, images determined by their style alone",
          {"", "styles raw", "centred", "joint", "largest raw", "centred", "joint", "alone raw",
           "centred", "joint"},
          {}};
}

void add_row(Table& table, const std::string& name, const GridStyles& styles) {
  std::vector<std::string> row = {name};
  for (const auto number : {&ClassCounts::classes, &ClassCounts::largest, &ClassCounts::unique}) {
    for (const GramMode mode : kConstraints) {
      row.push_back(std::to_string(counts_of(styles.of(mode)).*number));
    }
  }
  table.rows.push_back(std::move(row));
}

Table variants_table(const GridStudy& study) {
  Table table = counts_table();
  for (const GridStudy::Result& result : study.results) {
    const bool chosen = result.variant == study.chosen;
    add_row(table, name_of(result.variant) + (chosen ? " (chosen)" : ""), result.styles);
  }
  return table;
}

void add_network(Document& document, const NetworkGrid& network) {
  document.heading("With the first layer of a network");
  document.paragraph(fmt::format(
      "conv1_1 of {}: 64 filters of 3x3 with bias, zeros around the image. Black and white are 0 "
      "and 255 (black 0), -127.5 and 127.5 (black -1), or 0 and 255 less the network's means (as "
      "preprocessed). What patches of 3x3 an image has, and how many of each, tells apart {} kinds "
      "of image, {} images without another; no style of this layer can tell apart more.",
      network.weights, network.patches.classes(), network.patches.unique()));
  Table table = counts_table();
  for (const NetworkGrid::Result& result : network.results) {
    add_row(table, name_of(result.input) + (result.relu ? ", ReLU" : ", no ReLU"), result.styles);
  }
  document.table(table);
}

/// How many classes there are of 1, 2, 3 to 4, 5 to 8, ... images.
std::string size_chart(const GridStudy& study) {
  const GridStyles& styles = study.styles();
  const std::uint32_t largest = std::max(
      {styles.raw.largest_size(), styles.centered.largest_size(), styles.both.largest_size()});
  LineChart chart;
  chart.title = "Classes by size";
  chart.x_title = "images of one style";
  chart.y_title = "classes";
  chart.logarithmic = true;
  std::vector<std::uint32_t> last = {1};
  while (last.back() < largest) last.push_back(2 * last.back());
  for (const std::uint32_t end : last) {
    const std::uint32_t begin = end / 2 + 1;
    chart.places.push_back(end <= 2 ? std::to_string(end) : fmt::format("{}-{}", begin, end));
  }
  for (const GramMode mode : kConstraints) {
    Series series{adjective(mode), {}};
    for (const std::uint32_t end : last) {
      std::size_t count = 0;
      for (const std::uint32_t size : styles.of(mode).sizes()) {
        count += size > end / 2 && size <= end ? 1 : 0;
      }
      series.values.push_back(static_cast<double>(count));
    }
    chart.series.push_back(std::move(series));
  }
  return svg(chart);
}

std::string growth_chart(const GridStudy& study) {
  LineChart chart;
  chart.title = "Images of one style, on average, as images grow";
  chart.x_title = "pixels";
  chart.y_title = "images to a style";
  chart.logarithmic = true;
  chart.series = {{"raw", {}}, {"centred", {}}, {"joint", {}}};
  for (const GridStudy::Step& step : study.growth) {
    chart.places.push_back(size_of(step.grid));
    const ClassCounts* const counts[] = {&step.raw, &step.centered, &step.both};
    for (std::size_t i = 0; i < 3; ++i) {
      chart.series[i].values.push_back(static_cast<double>(step.grid.images()) /
                                       static_cast<double>(counts[i]->classes));
    }
  }
  return svg(chart);
}

void add_tiles(Document& document, Grid grid, const std::vector<std::uint32_t>& images) {
  std::vector<Figure> figures;
  for (const std::uint32_t image : images) figures.push_back({"", "", tile(grid, image), true});
  document.figures(figures);
}

/// "8" or "4 to 9": white pixels of the images of a class.
std::string whites_of(const Partition& classes, std::uint32_t which) {
  const std::vector<std::uint32_t> members = classes.members(which, classes.size());
  const auto [least, most] = std::minmax_element(
      members.begin(), members.end(),
      [](std::uint32_t a, std::uint32_t b) { return std::popcount(a) < std::popcount(b); });
  const int low = std::popcount(*least), high = std::popcount(*most);
  return low == high ? std::to_string(low) : fmt::format("{} to {}", low, high);
}

void add_class(Document& document, const GridStudy& study, GramMode mode, std::uint32_t which) {
  const Partition& classes = study.styles().of(mode);
  const std::size_t size = classes.sizes()[which];
  document.paragraph(fmt::format("{} images of one {} style, with {} white pixels{}:", size,
                                 adjective(mode), whites_of(classes, which),
                                 size > kMaxTiles ? fmt::format("; the first {}", kMaxTiles) : ""));
  add_tiles(document, study.grid, classes.members(which, kMaxTiles));
}

Document document_of(const GridStudy& study, const std::optional<NetworkGrid>& network,
                     const std::string& command_line) {
  Document document(fmt::format("Toy: every binary image of {} by its style", size_of(study.grid)));
  document.paragraph(fmt::format(
      "All {} images of {} black and white pixels, under {} filters of 2x2 that each pick one "
      "pixel of the patch: {}. Activations F are {} x {}. Two images have the same style where "
      "their matrices are equal, compared as integers: raw F F^T; centred M F F^T - (F 1)(F 1)^T; "
      "both.",
      study.grid.images(), size_of(study.grid), study.chosen.signs ? 8 : 4, name_of(study.chosen),
      study.chosen.signs ? 8 : 4, study.grid.positions()));
  document.preformatted(command_line);
  document.heading("What it teaches");
  for (const std::string& lesson : lessons(study)) document.paragraph(lesson);
  document.heading("The numbers");
  document.table(variants_table(study));
  document.chart(size_chart(study));
  if (study.growth.size() > 1) document.chart(growth_chart(study));
  if (network) add_network(document, *network);
  document.heading("The largest classes");
  for (const GramMode mode : kConstraints) {
    add_class(document, study, mode, study.styles().of(mode).largest());
  }
  const Partition& both = study.styles().both;
  if (const std::vector<std::uint32_t> typical = typical_classes(both); !typical.empty()) {
    document.heading("Smaller classes");
    for (const std::uint32_t which : typical) add_class(document, study, GramMode::kBoth, which);
  }
  if (both.unique() > 0) {
    document.heading("Alone");
    document.paragraph(fmt::format(
        "{} images are alone in their joint style: it determines them to the pixel. Some of them:",
        both.unique()));
    add_tiles(document, study.grid, some_unique(both, kMaxTiles));
  }
  return document;
}

}  // namespace

StudyReport report_of(const GridStudy& study, const std::optional<NetworkGrid>& network,
                      const std::string& command_line) {
  Json numbers = json_of(study, command_line);
  if (network) numbers["network"] = json_of(study.grid, *network);
  return {std::move(numbers), records_of(study), sheet_of(study),
          document_of(study, network, command_line)};
}

}  // namespace vggstyle::toy
