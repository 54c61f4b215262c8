#pragma once

#include <string>

namespace vggstyle {

/// InputError, in one sentence, if a file could not be written at `path`: its folder is missing or
/// not writable, or `path` is a folder or anything else than a regular file. Creates nothing. To be
/// called before a long run, whose result goes there.
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
  explicit AtomicFile(const std::string& path);
  /// Removes the temporary file unless commit() succeeded.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Where to write: may be opened, truncated or replaced by its writer, who closes it before
  /// commit().
  const std::string& temporary_path() const { return temporary_path_; }

  /// Makes the content durable (fsync) and gives it its name. InternalError if the disk is full or
  /// fails; the file at `path` is then as before. At most once.
  void commit();

 private:
  std::string path_;
  std::string temporary_path_;  // empty once committed
};

}  // namespace vggstyle
