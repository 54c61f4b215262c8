#pragma once

#include <map>
#include <string>

#include "tools/video/files/av.h"

namespace vggstyle {

/// The sound of a file, which is copied into another one as it is.
class Sound {
 public:
  /// Adds its streams to `output`, as many as there are. InputError if the file cannot be read, or the kind of `output`
  /// cannot hold them.
  Sound(const std::string& path, AVFormatContext& output, const std::string& output_path);

  /// Copies the packets up to this second of the film.
  void copy_until(double seconds);
  /// Copies those that are left.
  void copy_rest();

 private:
  bool fetch();
  void write();

  std::string path_;
  AvInput file_;
  AVFormatContext& output_;
  std::map<int, int> streams_;  ///< of the output, by the file's
  AvPacket packet_;
  bool waiting_ = false;  ///< a packet has been read and not written
};

}  // namespace vggstyle
