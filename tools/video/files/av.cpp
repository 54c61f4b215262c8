#include "tools/video/files/av.h"

#include <fmt/format.h>

#include <array>
#include <new>

#include "runtime/error.h"

namespace vggstyle {

AvFrame make_frame() {
  AvFrame frame(av_frame_alloc());
  if (frame == nullptr) throw std::bad_alloc();
  return frame;
}

AvPacket make_packet() {
  AvPacket packet(av_packet_alloc());
  if (packet == nullptr) throw std::bad_alloc();
  return packet;
}

std::string av_error_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_make_error_string(text.data(), text.size(), code);
  return text.data();
}

AvInput open_av_file(const std::string& path) {
  AVFormatContext* opened = nullptr;
  // Never anything but a file of this machine, whatever its name or its content says.
  const std::string url = "file:" + path;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  const int code = avformat_open_input(&opened, url.c_str(), nullptr, &options);
  av_dict_free(&options);
  AvInput file(opened);
  if (code < 0) {
    throw InputError(fmt::format("'{}' cannot be read as a video: {}", path, av_error_text(code)));
  }
  if (const int found = avformat_find_stream_info(file.get(), nullptr); found < 0) {
    throw InputError(fmt::format("'{}' is damaged: {}", path, av_error_text(found)));
  }
  return file;
}

int video_stream(AVFormatContext& file, const std::string& path) {
  const int stream = av_find_best_stream(&file, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (stream < 0) throw InputError(fmt::format("'{}' has no video in it", path));
  return stream;
}

}  // namespace vggstyle
