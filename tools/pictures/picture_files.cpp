#include "tools/pictures/picture_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "runtime/error.h"
#include "tools/pictures/formats/input_formats.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> pictures_in(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  const fs::directory_iterator entries(folder, error);
  if (error) {
    throw InputError(fmt::format("the folder {} cannot be read: {}", folder, error.message()));
  }
  for (const auto& entry : entries) {
    if (has_picture_ending(entry.path())) files.push_back(entry.path().string());
  }
  if (files.empty()) {
    throw InputError(
        fmt::format("the folder {} has no pictures: {} files", folder, readable_formats()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<std::string> picture_files(const std::vector<std::string>& files_and_folders) {
  std::vector<std::string> files;
  std::error_code error;  // what is wrong with a file is told where it is read
  for (const std::string& image : files_and_folders) {
    if (fs::is_directory(image, error)) {
      const std::vector<std::string> inside = pictures_in(image);
      files.insert(files.end(), inside.begin(), inside.end());
    } else {
      files.push_back(image);
    }
  }
  return files;
}

}  // namespace vggstyle
