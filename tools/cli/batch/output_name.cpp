#include "tools/cli/batch/output_name.h"

#include <fmt/format.h>

#include <filesystem>

#include "runtime/error.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

std::string name_of(const std::string& path) {
  const fs::path normal = fs::path(path).lexically_normal();
  // of a folder that is written with a / at its end, the folder's
  return (normal.has_filename() ? normal : normal.parent_path()).stem().string();
}

std::string style_name(const std::vector<std::string>& styles) {
  std::string names;
  for (const std::string& style : styles) names += (names.empty() ? "" : "-") + name_of(style);
  return names;
}

std::string value_of_word(const std::string& word, const NameParts& parts) {
  if (word == "number") return fmt::format("{:04}", parts.number);
  if (word == "content" && !parts.content.empty()) return name_of(parts.content);
  if (word == "style" && !parts.styles.empty()) return style_name(parts.styles);
  if (word == "content" || word == "style") {
    throw InputError(fmt::format("output: the job has no {} for {{{}}}", word, word));
  }
  throw InputError(
      fmt::format("output: {{{}}} is none of {{content}}, {{style}} and {{number}}", word));
}

}  // namespace

std::string output_name(const std::string& pattern, const NameParts& parts) {
  std::string rest = pattern;
  if (rest.empty()) {
    rest = parts.content.empty()  ? "{style}.png"
           : parts.styles.empty() ? "{content}.png"
                                  : "{content}-{style}.png";
  }
  std::string name;
  for (std::size_t open = rest.find('{'); open != std::string::npos; open = rest.find('{')) {
    const std::size_t close = rest.find('}', open);
    if (close == std::string::npos) {
      throw InputError(fmt::format("output: '{}' has a {{ that is not closed", pattern));
    }
    name += rest.substr(0, open) + value_of_word(rest.substr(open + 1, close - open - 1), parts);
    rest.erase(0, close + 1);
  }
  name += rest;
  const fs::path path = fs::path(name).lexically_normal();
  if (path.is_absolute() || path.empty() || *path.begin() == "..") {
    throw InputError(
        fmt::format("output: '{}' leads out of the batch's folder; give a name inside it", name));
  }
  return path.string();
}

}  // namespace vggstyle
