#pragma once

#include <string>
#include <vector>

#include "tools/report/study_folder.h"
#include "tools/study/runner/study_record.h"
#include "tools/video/files/decode.h"
#include "tools/video/video.h"

namespace vggstyle {

/// The frames that are to be painted, and where they go.
class Clip {
 public:
  /// Makes the folder; of a video, writes its frames there, too. InputError if the input cannot be read, the output
  /// cannot be written, or something that is not ours would be overwritten.
  explicit Clip(const VideoRequest& request);

  const std::vector<std::string>& frames() const { return frames_; }
  /// Where the painted `frame` is, and its record.
  RecordFiles files_of(const std::string& frame) const;

  /// When all are painted: writes the video, where the output is one, and removes what nobody asked for.
  void finish() const;

 private:
  void remove_source() const;
  void remove_frames() const;

  const VideoRequest& request_;
  bool from_video_, to_video_;
  StudyFolder folder_;
  std::vector<std::string> frames_;
  Timing timing_;
};

}  // namespace vggstyle
