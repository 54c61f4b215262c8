#pragma once

#include <optional>
#include <string>

#include "runtime/files/temporary_files.h"

namespace vggstyle {

/// Where a chain of symbolic links ends, which need not exist; `path` itself where it is no link. InputError
/// if they go round in circles.
std::string resolve_links(const std::string& path);

/// InputError, in one sentence, if a file could not be written at `path`: its folder is missing or
/// not writable, the name is too long, or there is a folder, anything else than a regular file, a
/// read-only or immutable file, or one of somebody else in a folder where those may not be replaced.
/// Creates nothing. To be called before a long run, whose result goes there.
void check_output_path(const std::string& path);

/// A file that appears at `path` complete or not at all: it is written under another name in the
/// same folder, and renamed when it is whole. What was at `path` before stays until then. A
/// symbolic link at `path` stays one: the file it points to is replaced.
///
///   AtomicFile file(path);
///   write(file.temporary_path());
///   file.commit();
class AtomicFile {
 public:
  /// Creates the temporary file, empty, with the permissions of the file that it will replace, or
  /// those that the umask gives. InputError as check_output_path.
  /// `temporary`, where it is given, is the temporary file's path, in the same folder: what a process that was
  /// killed left under this name is removed.
  explicit AtomicFile(const std::string& path, const std::string& temporary = "");
  /// Where to write: may be opened, truncated or replaced by its writer, who closes it before
  /// commit().
  const std::string& temporary_path() const { return temporary_path_; }

  /// Makes the content durable (fsync) and gives it its name. InternalError if the disk is full or
  /// fails; the file at `path` is then as before. At most once.
  void commit();

 private:
  std::string path_;
  std::string temporary_path_;
  std::optional<TemporaryFile>
      temporary_;  // removes it, also if a signal ends the program; none once committed
};

}  // namespace vggstyle
