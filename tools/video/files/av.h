#pragma once

#include <memory>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

/// FFmpeg's objects, each of which frees itself, and its errors.
namespace vggstyle {

struct FreeInput {
  void operator()(AVFormatContext* file) const { avformat_close_input(&file); }
};
struct FreeOutput {
  void operator()(AVFormatContext* file) const {
    if (file->pb != nullptr) avio_closep(&file->pb);
    avformat_free_context(file);
  }
};
struct FreeCodec {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
using AvInput = std::unique_ptr<AVFormatContext, FreeInput>;
using AvOutput = std::unique_ptr<AVFormatContext, FreeOutput>;
using AvCodec = std::unique_ptr<AVCodecContext, FreeCodec>;
using AvFrame = std::unique_ptr<AVFrame, FreeFrame>;
using AvPacket = std::unique_ptr<AVPacket, FreePacket>;
using AvScaler = std::unique_ptr<SwsContext, FreeScaler>;

/// Never null: std::bad_alloc instead.
AvFrame make_frame();
AvPacket make_packet();

/// "Invalid data found when processing input".
std::string av_error_text(int code);

/// InputError where `path` is not there or is no video or sound that FFmpeg knows.
AvInput open_av_file(const std::string& path);
/// The index of the video that a file is about. InputError if it has none.
int video_stream(AVFormatContext& file, const std::string& path);

}  // namespace vggstyle
