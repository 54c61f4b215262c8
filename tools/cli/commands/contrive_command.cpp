// contrive: pictures from nothing but numbers, to study what a style is.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <tuple>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "runtime/version.h"
#include "tools/cli/commands.h"
#include "tools/cli/options.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/write.h"
#include "tools/session/settings/color.h"
#include "tools/session/settings/numbers.h"

namespace vggstyle {
namespace {

struct ContriveOptions {
  std::string kind;
  std::string size = "512";
  std::uint64_t seed = 0;
  double scale = 1;
  std::string colors;
  std::string output;
};

/// "512" or "640x480".
std::pair<int, int> parse_size(const std::string& text) {
  const std::vector<std::string> parts = split(text, 'x');
  std::vector<int> sides;
  for (const std::string& part : parts) {
    int side = 0;
    const char* end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data(), end, side);
    if (error == std::errc() && stop == end) sides.push_back(side);
  }
  if (sides.size() != parts.size() || sides.size() > 2) {
    throw InputError(fmt::format(
        "--size: '{}' is not a size; give a number of pixels, or two as in 640x480", text));
  }
  return {sides.front(), sides.back()};
}

ContriveRequest to_request(const ContriveOptions& options) {
  ContriveRequest request;
  std::tie(request.width, request.height) = parse_size(options.size);
  request.seed = options.seed;
  request.scale = options.scale;
  if (!options.colors.empty()) {
    for (const std::string& color : split(options.colors, ',')) {
      request.colors.push_back(parse_color("colors", color));
    }
  }
  return request;
}

int contrive_picture(const ContriveOptions& options, const std::string& command_line) {
  check_picture_path(options.output, 8);
  write_picture(options.output, contrive(options.kind, to_request(options)), 8,
                {{"Software", fmt::format("vggstyle {}", version())},
                 {"Command", command_line},
                 {"Seed", std::to_string(options.seed)}});
  return 0;
}

std::string list_of_kinds() {
  std::string text = "Kinds, with the meaning of --colors in parentheses:\n";
  for (const ContrivedKind& kind : contrived_kinds()) {
    text += fmt::format("  {:<14}{}{}\n", kind.name, kind.description,
                        kind.colors.empty() ? "" : fmt::format(" ({})", kind.colors));
  }
  return text;
}

std::string kinds_without_scale() {
  std::vector<std::string> names;
  for (const ContrivedKind& kind : contrived_kinds()) {
    if (!kind.scales) names.push_back(kind.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

void add_contrive_command(CLI::App& app, const std::string& command_line, Action& action) {
  const auto options = std::make_shared<ContriveOptions>();
  CLI::App* command = app.add_subcommand("contrive", "Draw a synthetic picture");
  command->footer(list_of_kinds() +
                  "Examples:\n"
                  "  vggstyle contrive scene --seed 3 --size 640x480 -o scene.png\n"
                  "  vggstyle contrive dots --scale 0.5 --colors '#ffffff,#d02020' -o dots.png\n");
  command->add_option("KIND", options->kind, "what to draw: one of the kinds listed below")
      ->required();
  command->add_option("--size", options->size, "size in pixels: N or WxH")->capture_default_str();
  command->add_option("--seed", options->seed, "random seed; each gives another picture")
      ->capture_default_str();
  command
      ->add_option("--scale", options->scale,
                   "scale of the details, 0.1 to 10; not for " + kinds_without_scale())
      ->capture_default_str();
  command->add_option("--colors", options->colors,
                      "colours to use instead of the default ones: #rrggbb,#rrggbb,...; their "
                      "meaning is listed below");
  add_output_path(*command, options->output, "contrived.png",
                  "picture to write, as .png, .jpg, .webp or .tif; - is standard output, as PNG");
  command->callback([options, command_line, &action] {
    action = [options, command_line] { return contrive_picture(*options, command_line); };
  });
}

}  // namespace vggstyle
