#include "tools/studio/wish.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "runtime/error.h"

namespace vggstyle {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

struct Option {
  std::string_view name;
  bool has_value;
  bool of_textures;  ///< a texture has it, too
};
constexpr Option kOptions[] = {
    {"preset", true, true},          {"size", true, true},      {"iterations", true, true},
    {"until-quiet", false, true},    {"scales", true, true},    {"style-scale", true, true},
    {"content-weight", true, false}, {"color", true, false},    {"gram", true, true},
    {"padding", true, true},         {"tileable", false, true}, {"seed", true, true},
};

constexpr std::size_t kMostStyles = 20;
constexpr std::size_t kLongestName = 80;

std::string known(const std::string& name, const std::vector<std::string>& pictures) {
  if (std::ranges::find(pictures, name) != pictures.end()) return name;
  throw InputError(fmt::format("there is no picture '{}' in the studio", name));
}

void add_option(const Option& option, const Json& value, Wish& wish) {
  if (option.has_value) {
    const std::string text = value.get<std::string>();
    if (!text.empty()) wish.options.push_back(fmt::format("--{}={}", option.name, text));
  } else if (value.get<bool>()) {
    wish.options.push_back(fmt::format("--{}", option.name));
  }
}

void add_options(const Json& options, Wish& wish) {
  for (const auto& [name, value] : options.items()) {
    const auto* option = std::ranges::find(kOptions, name, &Option::name);
    if (option == std::end(kOptions)) {
      throw InputError(fmt::format("the studio has no option '{}'", name));
    }
    if (wish.task == "texture" && !option->of_textures) continue;
    add_option(*option, value, wish);
  }
}

}  // namespace

Wish parse_wish(const std::string& json, const std::vector<std::string>& pictures) {
  Wish wish;
  try {
    const Json given = Json::parse(json);
    wish.task = given.at("task");
    if (wish.task != "transfer" && wish.task != "texture") {
      throw InputError(fmt::format("'{}' is no task: they are transfer and texture", wish.task));
    }
    if (wish.task == "transfer") wish.content = known(given.at("content"), pictures);
    for (const Json& style : given.at("styles")) wish.styles.push_back(known(style, pictures));
    if (wish.styles.empty() || wish.styles.size() > kMostStyles) {
      throw InputError(fmt::format("choose from 1 to {} styles", kMostStyles));
    }
    add_options(given.value("options", Json::object()), wish);
  } catch (const Json::exception&) {
    throw InputError("this is no picture to make, as the page asks for it");
  }
  return wish;
}

std::string name_of(const Wish& wish) {
  const auto stem = [](const std::string& name) { return fs::path(name).stem().string(); };
  std::string name = wish.content.empty() ? "texture" : stem(wish.content);
  for (const std::string& style : wish.styles) name += "-" + stem(style);
  // Not in the middle of a character of UTF-8.
  std::size_t end = std::min(name.size(), kLongestName);
  while (end < name.size() && end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80)
    --end;
  return name.substr(0, end);
}

std::vector<std::string> command_of(const Wish& wish, const std::string& folder,
                                    const std::string& output) {
  std::vector<std::string> command{wish.task};
  const auto path = [&](const std::string& name) { return (fs::path(folder) / name).string(); };
  if (!wish.content.empty()) command.push_back(path(wish.content));
  for (const std::string& style : wish.styles) command.push_back(path(style));
  command.insert(command.end(), wish.options.begin(), wish.options.end());
  command.push_back("--output=" + output);
  return command;
}

}  // namespace vggstyle
