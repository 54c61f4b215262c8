#include "tools/session/checkpoint/generations.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "tools/session/checkpoint/seal.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

bool exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

void remove(const std::string& path) {
  std::error_code error;  // what cannot be removed stays, and does no harm
  fs::remove(path, error);
}

}  // namespace

Generations::Generations(const std::string& path) : path_(resolve_links(path)) {}

void Generations::check() const {
  for (const std::string& path : {path_, previous_path()}) {
    check_output_path(path);
    if (exists(path) && seal_of(path) == Seal::kNone) {
      throw InputError(fmt::format(
          "'{}' is there and is not a checkpoint: remove it, or give --checkpoint another name",
          path));
    }
  }
}

Checkpoint Generations::open_newest(std::string& told) {
  remove(temporary_path());
  std::string problem;
  try {
    Checkpoint newest(path_);
    newest_is_ours_ = true;
    return newest;
  } catch (const InputError& error) {
    if (!exists(previous_path())) throw;
    problem = error.what();
  }
  Checkpoint previous(previous_path());
  previous_is_ours_ = true;
  told = fmt::format("{}; taking the one before, '{}'",
                     exists(path_) ? problem : fmt::format("there is no '{}'", path_),
                     previous_path());
  return previous;
}

void Generations::write(Device& device, const std::string& record, const SaveState& save) {
  AtomicFile file(path_, temporary_path());
  write_checkpoint(file.temporary_path(), path_, device, record, save);
  if (newest_is_ours_) {
    fs::rename(path_, previous_path());
    previous_is_ours_ = true;
  } else if (!previous_is_ours_) {
    remove(previous_path());  // another run's, which must not pass for ours
  }
  newest_is_ours_ = false;
  file.commit();
  newest_is_ours_ = true;
}

void Generations::keep_newest() {
  if (newest_is_ours_) remove(previous_path());
  previous_is_ours_ = false;
}

void Generations::remove_all() {
  if (newest_is_ours_) remove(path_);
  if (previous_is_ours_) remove(previous_path());
}

}  // namespace vggstyle
