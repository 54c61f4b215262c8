#pragma once

#include <string>
#include <vector>

#include "tools/video/files/decode.h"

namespace vggstyle {

/// Pictures that are to be a video.
struct Film {
  std::vector<std::string> frames;  ///< files, of one size
  Timing timing;                    ///< of each
  std::string sound;                ///< a file whose sound is copied, packet by packet; empty: none
};

/// InputError in one sentence if `path` has an ending that stands for no kind of video here, or cannot hold the sound of
/// the file `sound` as it is.
void check_encoding(const std::string& path, const std::string& sound);

/// Writes a video, of the kind that the ending of `path` says (.mp4, .mov, .mkv: H.264; .webm: VP9), whole or not at all:
/// see AtomicFile. A last odd row or column is left out. The same pictures give the same bytes. Errors as
/// check_encoding(); InternalError if it cannot be written.
void encode_video(const Film& film, const std::string& path);

}  // namespace vggstyle
