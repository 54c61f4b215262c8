#include "tools/video/files/sound.h"

#include <fmt/format.h>

#include <filesystem>
#include <limits>

#include "runtime/error.h"

namespace vggstyle {

Sound::Sound(const std::string& path, AVFormatContext& output, const std::string& output_path)
    : path_(path), file_(open_av_file(path)), output_(output), packet_(make_packet()) {
  for (unsigned i = 0; i < file_->nb_streams; ++i) {
    const AVCodecParameters& source = *file_->streams[i]->codecpar;
    if (source.codec_type != AVMEDIA_TYPE_AUDIO) continue;
    if (avformat_query_codec(output.oformat, source.codec_id, FF_COMPLIANCE_NORMAL) == 0) {
      throw InputError(
          fmt::format("the sound of '{}' is {}, which a {} file cannot hold: use the ending .mkv",
                      path, avcodec_get_name(source.codec_id),
                      std::filesystem::path(output_path).extension().string()));
    }
    AVStream* stream = avformat_new_stream(&output, nullptr);
    if (stream == nullptr || avcodec_parameters_copy(stream->codecpar, &source) < 0) {
      throw std::bad_alloc();
    }
    stream->codecpar->codec_tag = 0;  // the other kind of file has its own
    stream->time_base = file_->streams[i]->time_base;
    streams_[static_cast<int>(i)] = stream->index;
  }
}

bool Sound::fetch() {
  while (!waiting_) {
    const int code = av_read_frame(file_.get(), packet_.get());
    if (code == AVERROR_EOF) return false;
    if (code < 0) {
      throw InputError(fmt::format("'{}' is damaged: {}", path_, av_error_text(code)));
    }
    waiting_ = streams_.count(packet_->stream_index) > 0;
    if (!waiting_) av_packet_unref(packet_.get());
  }
  return true;
}

void Sound::write() {
  const AVStream& from = *file_->streams[packet_->stream_index];
  AVStream& to = *output_.streams[streams_.at(packet_->stream_index)];
  av_packet_rescale_ts(packet_.get(), from.time_base, to.time_base);
  packet_->stream_index = to.index;
  packet_->pos = -1;
  waiting_ = false;
  if (const int code = av_interleaved_write_frame(&output_, packet_.get()); code < 0) {
    throw InternalError(fmt::format("the sound cannot be written: {}", av_error_text(code)));
  }
}

void Sound::copy_until(double seconds) {
  while (fetch()) {
    const AVRational base = file_->streams[packet_->stream_index]->time_base;
    const std::int64_t time = packet_->dts != AV_NOPTS_VALUE ? packet_->dts : packet_->pts;
    if (time != AV_NOPTS_VALUE && static_cast<double>(time) * av_q2d(base) > seconds) return;
    write();
  }
}

void Sound::copy_rest() {
  copy_until(std::numeric_limits<double>::infinity());
}

}  // namespace vggstyle
