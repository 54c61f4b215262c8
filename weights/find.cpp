#include "weights/find.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "runtime/error.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

/// Where `name` is if the tool was installed; empty if it was not.
fs::path installed(const char* name) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path path = program.parent_path().parent_path() / "share" / "vggstyle" / name;
  return is_file(path) ? path : fs::path();
}

std::string fetch_command(std::string_view model) {
  const fs::path script = installed("fetch.sh");
  return fmt::format("'{} {}'", script.empty() ? "weights/fetch.sh" : script.string(), model);
}

}  // namespace

std::string weights_folder() {
  const std::string data = environment("XDG_DATA_HOME");
  // The XDG specification: a relative path is invalid, and ignored.
  if (fs::path(data).is_absolute()) return (fs::path(data) / "vggstyle").string();
  const std::string home = environment("HOME");
  return home.empty() ? "" : (fs::path(home) / ".local" / "share" / "vggstyle").string();
}

std::string published_name(Model model) {
  return fmt::format("{}_weights_tf_dim_ordering_tf_kernels_notop.h5", model_name(model));
}

FoundWeights find_weights(const std::string& explicit_path, std::optional<Model> model) {
  if (!explicit_path.empty()) return {explicit_path, fmt::format("weights: {}", explicit_path)};
  if (const std::string path = environment("VGGSTYLE_WEIGHTS"); !path.empty()) {
    return {path, fmt::format("weights: {} (from VGGSTYLE_WEIGHTS)", path)};
  }
  const std::string folder = weights_folder();
  for (const Model candidate : {Model::kVgg16, Model::kVgg19}) {
    if (folder.empty() || model.value_or(candidate) != candidate) continue;
    const fs::path path = fs::path(folder) / published_name(candidate);
    if (is_file(path)) {
      return {path.string(),
              fmt::format("weights: published {} ({})", model_name(candidate), path.string())};
    }
  }
  if (model == Model::kVgg19) {
    throw InputError(
        fmt::format("no weights for vgg19, and the house weights are vgg16's: run {}, or "
                    "name a file with --weights",
                    fetch_command("vgg19")));
  }
  for (const fs::path& path : {installed("house.h5"), fs::path(VGGSTYLE_HOUSE_WEIGHTS)}) {
    if (is_file(path)) {
      return {path.string(), fmt::format("weights: house ({}); for the published ones run {}",
                                         path.string(), fetch_command("vgg16"))};
    }
  }
  throw InputError(fmt::format("no weights found: run {}, or name a file with --weights",
                               fetch_command("vgg16")));
}

}  // namespace vggstyle
