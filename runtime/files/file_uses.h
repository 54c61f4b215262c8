#pragma once

#include <string>
#include <vector>

namespace vggstyle {

/// The files that a command is about to read and to write, so that no output destroys an input or
/// another output. Files are compared by what they are (device and inode; a file that is not there
/// yet, by its folder and name), not by how their paths are spelt.
class FileUses {
 public:
  /// `what` in an error: "the content", "the log". A file to read that is not there is left to whoever reads it.
  void reads(const std::string& path, std::string what);
  void writes(const std::string& path, std::string what);

  /// InputError if something that is written is also read, or written twice.
  void check() const;

 private:
  struct Use {
    std::string path, what, identity;
  };
  std::vector<Use> read_, written_;
};

}  // namespace vggstyle
