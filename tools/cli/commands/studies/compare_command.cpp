// compare: which options are varied, and the command line of tools/study/compare.h.

#include "tools/study/compare.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>

#include "runtime/error.h"
#include "tools/cli/commands.h"
#include "tools/cli/commands/conclude.h"
#include "tools/cli/commands/studies/study_options.h"
#include "tools/cli/numeric_options.h"
#include "tools/cli/options.h"
#include "tools/session/settings/numbers.h"

namespace vggstyle {
namespace {

constexpr std::size_t kMostPictures = 400;

/// One --vary, and the option that it means: "--tv-weight".
struct VariedOption {
  Variation variation;
  std::string option;
};

/// The option that `name` means: itself, or the weight of that name.
std::string option_named(const std::string& name, const CLI::App& options) {
  for (const std::string& option : {"--" + name, "--" + name + "-weight"}) {
    if (options.get_option_no_throw(option) != nullptr && name != "help") return option;
  }
  throw InputError(
      fmt::format("--vary {}: there is no option --{}; 'vggstyle compare --help' lists the options",
                  name, name));
}

/// "gram=raw,centered", or with values that hold commas, "style-layers=all;conv1_1,conv2_1".
VariedOption parse_variation(const std::string& text, const CLI::App& options) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw InputError(
        fmt::format("--vary {}: give an option and its values, as in gram=raw,centered", text));
  }
  const std::string name = text.substr(0, equals), values = text.substr(equals + 1);
  const char separator = values.find(';') == std::string::npos ? ',' : ';';
  return {{name, split(values, separator)}, option_named(name, options)};
}

std::vector<VariedOption> parse_variations(const std::vector<std::string>& varied) {
  Settings ignored;
  CLI::App options;
  add_run_options(options, ignored, {});
  std::vector<VariedOption> variations;
  std::size_t pictures = 1;
  for (const std::string& text : varied) {
    variations.push_back(parse_variation(text, options));
    pictures *= variations.back().variation.values.size();
    if (pictures > kMostPictures) {
      throw InputError(
          fmt::format("--vary: that is more than {} pictures; give fewer values", kMostPictures));
    }
  }
  return variations;
}

RunRequest with_values(const RunRequest& run, const std::vector<VariedOption>& variations,
                       const std::vector<std::string>& values) {
  RunRequest varied = run;
  CLI::App options;
  add_run_options(options, varied.settings, {});
  read_numbers_as_written(options);
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
                                         const std::vector<VariedOption>& variations) {
  std::vector<std::vector<std::string>> all = {{}};
  for (const auto& [variation, option] : variations) {
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

/// The pictures make it a transfer or a texture.
void choose_task(const std::vector<std::string>& images, RunRequest& run) {
  run.task = images.size() == 1 ? Task::kTexture : Task::kTransfer;
  const bool transfer = run.task == Task::kTransfer;
  if (transfer) run.content = images.front();
  run.styles.assign(images.begin() + (transfer ? 1 : 0), images.end());
}

}  // namespace

void add_compare_command(CLI::App& app, const std::string& command_line, Action& action) {
  /// The command line before its variations are made combinations.
  struct Asked {
    CompareRequest request;
    RunRequest run;                   ///< what is the same for all
    std::vector<std::string> varied;  ///< --vary: "gram=raw,centered,both", one option each
  };
  const auto asked = std::make_shared<Asked>();
  CompareRequest* request = &asked->request;
  request->study.study = "compare";
  request->study.command_line = command_line;
  CLI::App* command = app.add_subcommand(
      "compare", "Make the same pictures with different settings, side by side on one sheet");
  command
      ->add_option("PICTURE", request->study.images,
                   "one picture makes textures, several make transfers: the content "
                   "first, then its styles")
      ->required();
  command
      ->add_option("--vary", asked->varied,
                   "an option below and the values to try: OPTION=V1,V2,...; separate values by "
                   "';' if they contain commas; if given several times, all combinations are tried")
      ->required()
      ->take_all();
  add_output_choices(*command, request->study);
  add_run_options(*command, asked->run.settings, {});
  command->footer(
      "Examples:\n"
      "  vggstyle compare bridge.jpg scream.jpg --vary gram=raw,centered,both --vary tv=0,1e-3 "
      "-o sheet\n"
      "  vggstyle compare dots.png --vary weights=weights/house.h5,synthetic:1 -o trained\n"
      "  vggstyle compare dots.png --vary 'style-layers=pixels;conv1_1,conv2_1;all' -o layers\n");
  command->callback([asked, &action] {
    action = [asked] {
      CompareRequest& compared = asked->request;
      choose_task(compared.study.images, asked->run);
      const std::vector<VariedOption> options = parse_variations(asked->varied);
      for (const VariedOption& option : options) compared.variations.push_back(option.variation);
      compared.combinations = combinations_of(asked->run, options);
      return conclude(compared.study, [&] { compare(compared); });
    };
  });
}

}  // namespace vggstyle
