#include "runtime/files/file_uses.h"

#include <sys/stat.h>

#include <filesystem>

#include "runtime/error.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

std::string text_of(const struct stat& file) {
  return std::to_string(file.st_dev) + ":" + std::to_string(file.st_ino);
}

/// The same for two paths exactly if they are one file.
std::string identity_of(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) == 0) return text_of(file);
  std::error_code error;
  const fs::path target = fs::weakly_canonical(fs::absolute(path), error);
  if (error) return path;
  const fs::path folder = target.parent_path();
  if (::stat(folder.c_str(), &file) != 0) return target.string();
  return text_of(file) + "/" + target.filename().string();
}

}  // namespace

void FileUses::reads(const std::string& path, std::string what) {
  struct stat file {};
  if (::stat(path.c_str(), &file) == 0) read_.push_back({path, std::move(what), text_of(file)});
}

void FileUses::writes(const std::string& path, std::string what) {
  written_.push_back({path, std::move(what), identity_of(path)});
}

void FileUses::check() const {
  for (std::size_t i = 0; i < written_.size(); ++i) {
    const Use& output = written_[i];
    for (const Use& input : read_) {
      if (input.identity != output.identity) continue;
      throw InputError(output.what + " '" + output.path + "' would overwrite " + input.what +
                       "; give another name");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (written_[j].identity != output.identity) continue;
      throw InputError(output.what + " '" + output.path + "' is the same file as " +
                       written_[j].what + "; give another name");
    }
  }
}

}  // namespace vggstyle
