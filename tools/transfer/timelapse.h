#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// InputError if there can be no video at `path`.
void check_timelapse(const std::string& path);

/// The progress of a run as a video of about ten seconds: so many of its pictures, in even steps of evaluations, and the last
/// one for two seconds more. On the way they are files in a folder of their own beside it.
class Timelapse {
 public:
  /// Makes the folder.
  Timelapse(std::string path, int evaluations);
  ~Timelapse();
  Timelapse(const Timelapse&) = delete;
  Timelapse& operator=(const Timelapse&) = delete;

  /// After a step: keeps what `picture` makes, where it is time for one.
  void after(int evaluation, const std::function<Picture()>& picture);
  /// Writes the video.
  void finish(const Picture& last);

 private:
  void keep(const Picture& picture);

  std::string path_;
  int every_;  ///< evaluations from one picture to the next
  int kept_ = -1;
  std::string folder_;
  std::vector<std::string> frames_;
};

}  // namespace vggstyle
