#include "tools/session/files/rescue.h"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <filesystem>
#include <vector>

#include "runtime/error.h"
#include "runtime/standard_streams.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

/// Names that are not taken.
std::vector<std::string> other_names(const std::string& wanted) {
  const fs::path path = is_standard_stream(wanted) ? "stylised.png" : wanted;
  const std::string stem = path.stem().string().substr(0, 100);
  const std::string name =
      fmt::format("{}-rescued-{}{}", stem, ::getpid(), path.extension().string());
  std::vector<std::string> names = {(path.parent_path() / name).string()};
  std::error_code error;
  for (const fs::path& folder : {fs::temp_directory_path(error), fs::path("/tmp")}) {
    if (!folder.empty()) names.push_back((folder / name).string());
  }
  return names;
}

}  // namespace

void write_or_rescue(const std::string& path,
                     const std::function<void(const std::string& path)>& write) {
  std::string failure;
  try {
    return write(path);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  for (const std::string& other : other_names(path)) {
    std::error_code unknown;
    if (fs::exists(fs::symlink_status(other, unknown))) continue;
    try {
      write(other);
    } catch (const std::exception&) {
      continue;
    }
    throw InternalError(fmt::format("{}; saved as '{}' instead", failure, other));
  }
  throw InternalError(failure);
}

}  // namespace vggstyle
