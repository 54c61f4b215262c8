// contrive: pictures from nothing but numbers, to study what a style is.

#include <fmt/format.h>

#include <memory>

#include "runtime/atomic_file.h"
#include "tools/commands.h"
#include "tools/invocation.h"
#include "tools/numbers.h"
#include "tools/options.h"
#include "tools/pictures/contrive.h"
#include "tools/pictures/write.h"

namespace vggstyle {
namespace {

struct ContriveOptions {
  std::string kind;
  int size = 512;
  std::uint64_t seed = 0;
  std::string output;
};

int contrive_picture(const ContriveOptions& options, const std::string& command_line) {
  check_output_path(options.output);
  check_range("--size", options.size, 1, 16384);
  const Picture picture = contrive(options.kind, options.size, options.size, options.seed);
  write_png(options.output, picture, 8,
            {{"Software", fmt::format("vggstyle {}", version())},
             {"Command", command_line},
             {"Seed", std::to_string(options.seed)}});
  return 0;
}

std::string list_of_kinds() {
  std::string text = "Kinds:\n";
  for (const ContrivedKind& kind : contrived_kinds()) {
    text += fmt::format("  {:<14}{}\n", kind.name, kind.description);
  }
  return text;
}

}  // namespace

void add_contrive_command(CLI::App& app, const std::string& command_line, Action& action) {
  const auto options = std::make_shared<ContriveOptions>();
  CLI::App* command = app.add_subcommand("contrive", "Draw a picture from nothing but numbers");
  command->footer(list_of_kinds() + "Example:\n  vggstyle contrive scene --seed 3 -o scene.png\n");
  command->add_option("KIND", options->kind, "what to draw; the kinds are below")->required();
  command->add_option("--size", options->size, "width and height")->capture_default_str();
  command->add_option("--seed", options->seed, "another seed, another picture")
      ->capture_default_str();
  add_output_path(*command, options->output, "contrived.png", "the PNG file to write");
  command->callback([options, command_line, &action] {
    action = [options, command_line] { return contrive_picture(*options, command_line); };
  });
}

}  // namespace vggstyle
