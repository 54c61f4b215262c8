// Which settings make a study make its pictures again: all that decide how they come out.

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

/// The settings that the study's pictures were made with, by picture.
std::map<std::string, nlohmann::json> made_with(const TemporaryFolder& folder) {
  std::map<std::string, nlohmann::json> settings;
  for (const auto& entry : fs::directory_iterator(folder / "out/pictures")) {
    if (entry.path().extension() != ".json") continue;
    settings[entry.path().stem().string()] =
        nlohmann::json::parse(read_file(entry.path().string())).at("made_with");
  }
  return settings;
}

/// Values, other than what base() has, of options that change pictures.
const std::map<std::string, std::string> kChanges = {{"--iterations", "3"},
                                                     {"--seed", "1"},
                                                     {"--size", "20"},
                                                     {"--background", "black"},
                                                     {"--weights", "synthetic:1"},
                                                     {"--model", "vgg19"},
                                                     {"--preprocessing", "torch"},
                                                     {"--normalization", "gatys"},
                                                     {"--pooling", "avg"},
                                                     {"--padding", "reflect"},
                                                     {"--tileable", ""},
                                                     {"--tv-weight", "0.1"},
                                                     {"--tv-kind", "isotropic"},
                                                     {"--style-weight", "2"},
                                                     {"--style-layers", "conv1_1:2,conv1_2"},
                                                     {"--content-layers", "conv1_1"},
                                                     {"--content-weight", "2"},
                                                     {"--gram", "raw"},
                                                     {"--style-loss", "moments"},
                                                     {"--optimizer", "adam"},
                                                     {"--history", "3"},
                                                     {"--preconditioner", "none"},
                                                     {"--style-size", "12"},
                                                     {"--style-scale", "0.5"},
                                                     {"--style-blend", "1,2"},
                                                     {"--init", "noise"},
                                                     {"--until-quiet", ""},
                                                     {"--scales", "2"},
                                                     {"--color", "content"},
                                                     {"--content-mask", "scene.png"},
                                                     {"--style-mask", "strokes.png"},
                                                     {"--region-content", "2,0.5"}};
/// Options that do not, or that need a GPU or another optimiser.
const std::set<std::string> kOthers = {
    "--help",    "--output",  "--quiet",         "--at-once",
    "--device",  "--threads", "--layers",        "--cumulative",
    "--versus",  "--vary",    "--learning-rate", "--precision",
    "--kernels", "--conv",    "--gram-product",  "--max-megapixels"};

/// The long options of a command, from its --help.
std::set<std::string> options_of(const TemporaryFolder& folder, Arguments command) {
  std::set<std::string> options;
  std::istringstream help(run_tool(folder, command + Arguments{"--help"}).out);
  for (std::string line; std::getline(help, line);) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string::npos || start == 0 || line[start] != '-') continue;
    const std::size_t name = line.find("--", start);
    if (name == std::string::npos || name > start + 4) continue;
    options.insert(line.substr(name, line.find_first_of(" ,=\t", name) - name));
  }
  return options;
}

/// A command with small pictures and little to do.
struct Study {
  Arguments command, arguments;
};
Arguments base(const Study& study) {
  return study.command + study.arguments +
         Arguments{"-o", "out", "--weights", "synthetic", "--iterations", "2", "--size", "24"};
}

/// CLI11 takes an option once: `changed` stands in for the same one in base().
Arguments with(Arguments arguments, const std::string& option, const std::string& value) {
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    if (arguments[i] == option) {
      arguments[i + 1] = value;
      return arguments;
    }
  }
  // Two styles take two regions.
  if (option == "--content-mask") arguments = arguments + Arguments{option, value};
  if (option == "--region-content") {
    arguments = with(std::move(arguments), "--content-mask", kChanges.at("--content-mask"));
  }
  return arguments + (value.empty() ? Arguments{option} : Arguments{option, value});
}

TEST_CASE("each setting that decides a picture makes every study make it again") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_png(folder / "scene.png", contrive("scene", 40, 30, 5), 8);
  write_png(folder / "strokes.png", contrive("strokes", 36, 36, 5), 8);
  const std::vector<Study> studies = {
      {{"study", "content"}, {"content.png", "--layers", "conv1_1"}},
      {{"study", "gram"}, {"style.png", "--style-layers", "conv1_1"}},
      {{"study", "layers"}, {"style.png", "--style-layers", "conv1_1"}},
      {{"study", "gallery"}, {"style.png", "--style-layers", "conv1_1"}},
      {{"compare"},
       {"content.png", "style.png", "style.png", "--vary", "tv=0.3", "--style-layers", "conv1_1",
        "--content-layers", "conv1_2"}}};
  for (const Study& study : studies) {
    CAPTURE(study.command.back());
    REQUIRE(run_tool(folder, base(study)).exit_code == 0);
    const auto before = made_with(folder);
    REQUIRE_FALSE(before.empty());
    CHECK(run_tool(folder, base(study)).err.find("picture") == std::string::npos);
    std::set<std::string> tried;
    for (const std::string& option : options_of(folder, study.command)) {
      CAPTURE(option);
      if (kOthers.count(option) > 0) continue;
      REQUIRE(kChanges.count(option) > 0);  // a new option belongs into one of the two lists
      // Opaque pictures have nothing behind them; compare varies the total variation itself.
      if (option == "--background") continue;
      if (option == "--tv-weight" && study.command.back() == "compare") continue;
      fs::remove_all(folder / "out");
      const Outcome outcome = run_tool(folder, with(base(study), option, kChanges.at(option)));
      REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
      const auto after = made_with(folder);
      int again = 0;
      for (const auto& [name, settings] : after) {
        again += before.count(name) == 0 || settings != before.at(name) ? 1 : 0;
      }
      CHECK(again > 0);
      tried.insert(option);
    }
    CHECK(tried.size() >= 5);
    fs::remove_all(folder / "out");
  }
}

}  // namespace
}  // namespace vggstyle::test
