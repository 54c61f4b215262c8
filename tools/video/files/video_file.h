#pragma once

#include <string>

#include "tools/video/files/encode.h"

namespace vggstyle {

/// Videos as files, by FFmpeg, which runs in a process of its own (tools/video/files/main.cpp). All of these throw
/// InputError, with what is missing, if this program was built without it.

/// Whether a path ends as a video does that can be written.
bool has_video_ending(const std::string& path);

/// decode_video(), check_encoding() and encode_video() there; errors as theirs, and InputError for a file on which it
/// crashes. `scratch` is a file that write_video_file() may write and removes; InternalError, which names it, if it cannot.
Timing read_video_file(const std::string& path, const std::string& folder, int longest,
                       int max_megapixels);
void check_video_file(const std::string& path, const std::string& sound);
void write_video_file(const Film& film, const std::string& path, const std::string& scratch);

}  // namespace vggstyle
