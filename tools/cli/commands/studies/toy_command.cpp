// toy: what style is, on images so small that all of them can be looked at.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

#include "runtime/error.h"
#include "runtime/standard_streams.h"
#include "tools/cli/commands.h"
#include "tools/cli/options.h"
#include "tools/session/engine.h"
#include "tools/session/settings/check.h"
#include "tools/session/settings/numbers.h"
#include "tools/toy/grid/grid_report.h"
#include "tools/toy/two_by_two_report.h"

namespace vggstyle {
namespace {

struct ToyOptions {
  std::string image = "1,0,0,0";
  int starts = 400;
  std::uint64_t seed = 0;
  std::optional<std::string> grid;  ///< empty: one 2x2 image
  int black = 0;
  std::string filters = "unit";
  bool relu = false;
  NetworkSettings network;
  bool with_network = false;
  std::string output;
};

toy::Image parse_image(const std::string& text) {
  const std::vector<double> numbers = parse_numbers("--image", text);
  if (numbers.size() != 4) {
    throw InputError(
        fmt::format("--image '{}' has {} numbers: a 2x2 image has four, such as 1,0,0,0", text,
                    numbers.size()));
  }
  toy::Image image{};
  for (std::size_t i = 0; i < image.size(); ++i) {
    if (!(numbers[i] >= 0 && numbers[i] <= 1)) {
      throw InputError(
          fmt::format("--image '{}': pixels lie between 0 (black) and 1 (white)", text));
    }
    image[i] = std::fabs(numbers[i]);  // -0 is 0
  }
  return image;
}

/// 0 where `text` is not a whole number.
int parse_side(const std::string& text) {
  int side = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, side);
  return error == std::errc() && stop == end ? side : 0;
}

toy::Grid parse_grid(const std::string& text) {
  const std::vector<std::string> sides = split(text, 'x');
  const toy::Grid grid =
      sides.size() == 2 ? toy::Grid{parse_side(sides[0]), parse_side(sides[1])} : toy::Grid{0, 0};
  constexpr int kMost = toy::Grid::kMaxPixels;
  if (grid.width < 2 || grid.height < 2 || grid.width > kMost || grid.height > kMost ||
      grid.pixels() > kMost) {
    throw InputError(fmt::format(
        "--grid '{}': give WIDTHxHEIGHT, such as 4x4, both at least 2 and at most {} pixels in all",
        text, kMost));
  }
  return grid;
}

toy::Variant variant_of(const ToyOptions& options) {
  if (options.black != 0 && options.black != -1) {
    throw InputError(fmt::format("--black {}: black is 0 or -1", options.black));
  }
  if (options.filters != "unit" && options.filters != "signed") {
    throw InputError(
        fmt::format("--filters '{}': the filters are unit or signed", options.filters));
  }
  return {options.black, options.filters == "signed", options.relu};
}

int study_image(const ToyOptions& options, const std::string& command_line) {
  constexpr double kSecondsASearch = 2e-4;
  const toy::Image image = parse_image(options.image);
  check_range("starts", options.starts, 1, 1000000);
  const StudyFolder folder(options.output);
  tell(fmt::format("toy: {} searches for each of 3 styles, about {:.1f} s", options.starts,
                   0.1 + 3 * kSecondsASearch * options.starts));
  const toy::TwoByTwoStudy study = toy::study_two_by_two(image, options.starts, options.seed);
  for (const auto& constraint : study.constraints) fmt::print("{}", toy::text_of(constraint));
  fmt::print("\n{}", toy::text_of(study.proof));
  folder.write(toy::report_of(study, command_line));
  tell(fmt::format("toy: wrote {}", folder.file("index.html")));
  return 0;
}

void print_styles(const std::string& name, const toy::GridStyles& styles) {
  fmt::print("{}: {} raw, {} centred, {} joint styles\n", name, styles.raw.classes(),
             styles.centered.classes(), styles.both.classes());
  std::fflush(stdout);
}

std::optional<toy::NetworkGrid> study_network(const ToyOptions& options, toy::Grid grid) {
  if (!options.with_network) return std::nullopt;
  DeviceSettings processor;
  processor.kind = DeviceSettings::Kind::kCpu;
  const Engine engine = make_engine(make_device(processor), processor, options.network);
  engine.require(0);
  tell(fmt::format("toy: the same by conv1_1 of {}, in 6 ways, about {:.1f} s", engine.weights->id,
                   toy::expected_network_seconds(grid)));
  return toy::network_grid(grid, *engine.weights, [](const toy::NetworkGrid::Result& result) {
    print_styles(name_of(result.input) + (result.relu ? ", ReLU" : ", no ReLU"), result.styles);
  });
}

int study_grid(const ToyOptions& options, const std::string& command_line) {
  const toy::Grid grid = parse_grid(*options.grid);
  const toy::Variant chosen = variant_of(options);
  const StudyFolder folder(options.output);
  tell(fmt::format("toy: {} images, examined in 8 ways, about {:.1f} s", grid.images(),
                   toy::expected_seconds(grid)));
  const toy::GridStudy study =
      toy::study_grid(grid, chosen, [](const toy::GridStudy::Result& result) {
        print_styles(name_of(result.variant), result.styles);
      });
  folder.write(toy::report_of(study, study_network(options, grid), command_line));
  tell(fmt::format("toy: wrote {}", folder.file("index.html")));
  return 0;
}

}  // namespace

void add_toy_command(CLI::App& app, const std::string& command_line, Action& action) {
  const auto options = std::make_shared<ToyOptions>();
  CLI::App* command =
      app.add_subcommand("toy", "Study style on images so small that every one can be enumerated");
  command->footer(
      "Without --grid: finds every 2x2 image that has the same style as the given one, under a 1x1 "
      "identity filter.\nWith --grid: groups all binary images of that size by style, under 2x2 "
      "filters that each pick one pixel.\nExamples:\n  vggstyle toy -o cow\n  vggstyle toy --image "
      "1,0.5,0,0 -o cow\n  vggstyle toy --grid 4x4 -o grid\n  vggstyle toy --grid 4x4 --weights "
      "weights/house.h5 -o grid\n  vggstyle toy --grid 4x4 --black -1 "
      "--filters signed --relu -o grid\n");
  CLI::Option* image =
      command->add_option("--image", options->image, "the four pixels, each 0 to 1")
          ->capture_default_str();
  CLI::Option* starts = command
                            ->add_option("--starts", options->starts,
                                         "number of random images to start the search from")
                            ->capture_default_str();
  CLI::Option* seed = command->add_option("--seed", options->seed, "seed of the random images")
                          ->capture_default_str();
  CLI::Option* grid = command
                          ->add_option("--grid", options->grid,
                                       "size of the images: WIDTHxHEIGHT, at most 20 pixels in all")
                          ->excludes(image)
                          ->excludes(starts)
                          ->excludes(seed);
  command->add_option("--black", options->black, "value of black, 0 or -1; white is 1")
      ->capture_default_str()
      ->needs(grid);
  command
      ->add_option("--filters", options->filters,
                   "unit: one filter per pixel of the patch; signed: a positive and a negative one "
                   "per pixel")
      ->capture_default_str()
      ->needs(grid);
  command->add_flag("--relu,!--no-relu", options->relu, "apply a ReLU after the filters")
      ->needs(grid);
  CLI::Option* weights =
      command
          ->add_option("--weights", options->network.weights,
                       "compare images also by the first layer of this network: an HDF5 file, or "
                       "'synthetic' for random filters")
          ->needs(grid);
  add_output_path(*command, options->output, "toy", "folder to write");
  command->callback([options, weights, command_line, &action] {
    options->with_network = weights->count() > 0;
    action = [options, command_line] {
      return options->grid ? study_grid(*options, command_line)
                           : study_image(*options, command_line);
    };
  });
}

}  // namespace vggstyle
