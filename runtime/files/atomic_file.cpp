#include "runtime/files/atomic_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <system_error>

#include "runtime/error.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
  return std::generic_category().message(error);
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

/// Bytes of a file's name in `folder`.
std::size_t longest_name(const std::string& folder) {
  const long longest = ::pathconf(folder.c_str(), _PC_NAME_MAX);
  return longest > 0 ? static_cast<std::size_t>(longest) : NAME_MAX;
}

/// chattr +i or +a. False where the file system has no such thing.
bool is_immutable(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return false;
  int flags = 0;
  const bool known = ::ioctl(descriptor, FS_IOC_GETFLAGS, &flags) == 0;
  ::close(descriptor);
  return known && (flags & (FS_IMMUTABLE_FL | FS_APPEND_FL)) != 0;
}

/// Why the file `existing` at `target`, in `folder`, is not replaced, and what to do; "" if it can be.
std::string why_not_replaced(const std::string& target, const std::string& folder,
                             const struct stat& existing) {
  if (S_ISDIR(existing.st_mode)) return "it is a folder; give a file name";
  if (!S_ISREG(existing.st_mode)) return "it is not a regular file; give another name";
  if (is_immutable(target)) {
    return "the file is immutable or append-only; give another name, or change it with chattr";
  }
  // The rename would not mind, but whoever made it read-only does. Root passes access().
  constexpr mode_t kWritable = S_IWUSR | S_IWGRP | S_IWOTH;
  if (::access(target.c_str(), W_OK) != 0 || (existing.st_mode & kWritable) == 0) {
    return "the file is read-only; make it writable, or give another name";
  }
  struct stat of_folder {};
  const uid_t user = ::geteuid();
  if (user != 0 && ::stat(folder.c_str(), &of_folder) == 0 && (of_folder.st_mode & S_ISVTX) != 0 &&
      existing.st_uid != user && of_folder.st_uid != user) {
    return "the file is another user's, in a folder where those cannot be replaced; give another "
           "name";
  }
  return "";
}

/// The folder's entry is what the rename changed. Some file systems cannot sync a folder; the
/// file is whole all the same, so that this is no failure.
void sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

std::string resolve_links(const std::string& path) {
  constexpr int kMaxLinks = 40;  // as Linux
  fs::path target = path;
  std::error_code error;
  for (int links = 0; links < kMaxLinks; ++links) {
    if (!fs::is_symlink(target, error)) return target.string();
    // An absolute target replaces the folder, a relative one is appended to it.
    target = target.parent_path() / fs::read_symlink(target, error);
  }
  throw InputError("cannot write '" + path + "': its symbolic links go round in circles");
}

void check_output_path(const std::string& path) {
  const std::string where = "cannot write '" + path + "': ";
  if (path.empty()) throw InputError("cannot write to an empty file name: give a path");
  const std::string target = resolve_links(path);
  if (fs::path(target).filename().empty() && !is_folder(target)) {
    throw InputError(where + "it ends with '/'; give a file name");
  }
  const std::string folder = folder_of(target);
  if (fs::path(target).filename().string().size() > longest_name(folder)) {
    throw InputError(where + "the name is longer than its folder allows; give a shorter one");
  }
  struct stat existing {};
  if (::stat(target.c_str(), &existing) == 0) {
    if (const std::string why = why_not_replaced(target, folder, existing); !why.empty()) {
      throw InputError(where + why);
    }
  } else if (errno != ENOENT && errno != ENOTDIR) {
    throw InputError(where + reason(errno) + "; give another name");
  }
  if (!is_folder(folder)) {
    throw InputError(where + "there is no folder '" + folder + "'; create it first");
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0 || is_immutable(folder)) {
    const int error = is_immutable(folder) ? EPERM : errno;
    throw InputError(where + "the folder '" + folder + "' is not writable (" + reason(error) + ")");
  }
}

AtomicFile::AtomicFile(const std::string& path, const std::string& temporary) {
  check_output_path(path);
  path_ = resolve_links(path);

  struct stat existing {};
  const bool replaces = ::stat(path_.c_str(), &existing) == 0;
  static std::atomic<unsigned> counter{0};
  constexpr int kAttempts = 100;  // names that a killed process of the same number left behind
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const fs::path name =
        ".vggstyle-" + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".tmp";
    const std::string candidate =
        temporary.empty() ? (fs::path(path_).parent_path() / name).string() : temporary;
    if (!temporary.empty()) ::unlink(temporary.c_str());
    const int descriptor = ::open(candidate.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                                  S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH);
    if (descriptor < 0 && errno == EEXIST) continue;
    if (descriptor < 0) {
      throw InputError("cannot write '" + path + "': no file can be created in its folder (" +
                       reason(errno) + ")");
    }
    // Best effort: not every file system keeps permissions, and that is no reason to fail. The
    // owner's are needed to write at all.
    const mode_t mode = (existing.st_mode & 0777u) | S_IRUSR | S_IWUSR;
    if (replaces && ::fchmod(descriptor, mode) != 0) errno = 0;
    ::close(descriptor);
    temporary_path_ = candidate;
    temporary_.emplace(candidate);
    return;
  }
  throw InputError("cannot write '" + path +
                   "': its folder is full of abandoned .vggstyle-*.tmp "
                   "files; remove them");
}

void AtomicFile::commit() {
  if (!temporary_) throw InternalError("'" + path_ + "' is committed twice");
  const auto fail = [this](int error) {
    throw InternalError("cannot write '" + path_ + "': " + reason(error));
  };
  const int descriptor = ::open(temporary_path_.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) fail(errno);
  const int synced = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (synced != 0) fail(synced);
  if (::rename(temporary_path_.c_str(), path_.c_str()) != 0) fail(errno);
  temporary_->forget();
  temporary_.reset();
  sync_folder(folder_of(path_));
}

}  // namespace vggstyle
