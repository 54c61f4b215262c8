#pragma once

#include <cstddef>
#include <string>

namespace vggstyle {

/// A temporary file of this process that a signal may have to remove: from construction to
/// destruction, or until forget().
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& path);
  /// Removes the file.
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  /// The file has another name now, or none.
  void forget();

 private:
  std::string path_;  // empty once forgotten
  std::size_t slot_;
};

/// Removes them all. May be called from a signal handler.
void remove_temporary_files();

}  // namespace vggstyle
