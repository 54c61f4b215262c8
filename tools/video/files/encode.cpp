#include "tools/video/files/encode.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <optional>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "tools/pictures/read.h"
#include "tools/video/files/av.h"
#include "tools/video/files/sound.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace vggstyle {
namespace {

/// A kind of video file: FFmpeg's name of it, and the encoders for it, the best first.
struct Kind {
  const char* ending;
  const char* format;
  std::array<const char*, 3> encoders;
};
constexpr std::array<const char*, 3> kH264 = {"libx264", "libopenh264", "mpeg4"};
constexpr std::array<Kind, 4> kKinds = {{{".mp4", "mp4", kH264},
                                         {".mov", "mov", kH264},
                                         {".mkv", "matroska", kH264},
                                         {".webm", "webm", {"libvpx-vp9", "libvpx", nullptr}}}};

const Kind& kind_of(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  const auto kind = std::ranges::find_if(kKinds, [&](const Kind& k) { return ending == k.ending; });
  if (kind == kKinds.end()) {
    throw InputError(fmt::format(
        "'{}' does not say what kind of video to write: use the ending .mp4, .mov, .mkv or .webm",
        path));
  }
  return *kind;
}

const AVCodec& encoder_of(const Kind& kind) {
  for (const char* name : kind.encoders) {
    const AVCodec* codec = name == nullptr ? nullptr : avcodec_find_encoder_by_name(name);
    if (codec != nullptr) return *codec;
  }
  throw InputError(
      fmt::format("FFmpeg has no encoder here for {} files: use another ending", kind.ending));
}

void check(int code, const std::string& path) {
  if (code >= 0) return;
  throw InternalError(fmt::format("'{}' cannot be written: {}", path, av_error_text(code)));
}

AvOutput make_output(const Kind& kind, const std::string& temporary, const std::string& path) {
  AVFormatContext* made = nullptr;
  check(avformat_alloc_output_context2(&made, nullptr, kind.format, temporary.c_str()), path);
  made->flags |= AVFMT_FLAG_BITEXACT;
  return AvOutput(made);
}

/// Units of time from one frame to the next, in the mean.
std::int64_t usual_step(const Timing& timing) {
  const auto steps = static_cast<std::int64_t>(timing.times.size()) - 1;
  if (steps < 1) return 1;
  return std::max<std::int64_t>(1, (timing.times.back() - timing.times.front()) / steps);
}

class Encoder {
 public:
  Encoder(const Film& film, const std::string& path)
      : film_(film), path_(path), kind_(kind_of(path)), atomic_(path) {
    output_ = make_output(kind_, atomic_.temporary_path(), path);
    first_ = read_picture(film.frames.front());
    open_codec();
    stream_ = avformat_new_stream(output_.get(), nullptr);
    if (stream_ == nullptr) throw std::bad_alloc();
    stream_->time_base = codec_->time_base;
    stream_->avg_frame_rate = codec_->framerate;
    check(avcodec_parameters_from_context(stream_->codecpar, codec_.get()), path);
    if (!film.sound.empty()) sound_.emplace(film.sound, *output_, path);
    check(avio_open(&output_->pb, ("file:" + atomic_.temporary_path()).c_str(), AVIO_FLAG_WRITE),
          path);
    check(avformat_write_header(output_.get(), nullptr), path);
  }

  void write() {
    for (std::size_t i = 0; i < film_.frames.size(); ++i) {
      const Picture picture = i == 0 ? first_ : read_picture(film_.frames[i]);
      if (picture.width != first_.width || picture.height != first_.height) {
        throw InputError(fmt::format("'{}' has another size than '{}': all frames have one",
                                     film_.frames[i], film_.frames.front()));
      }
      const AvFrame frame = frame_of(picture);
      frame->pts = film_.timing.times[i];
      encode(frame.get());
    }
    encode(nullptr);
    if (sound_) sound_->copy_rest();
    check(av_write_trailer(output_.get()), path_);
    check(avio_closep(&output_->pb), path_);
    atomic_.commit();
  }

 private:
  void open_codec() {
    const AVCodec& encoder = encoder_of(kind_);
    codec_.reset(avcodec_alloc_context3(&encoder));
    if (codec_ == nullptr) throw std::bad_alloc();
    codec_->width = first_.width / 2 * 2;  // two colours for every four pixels
    codec_->height = first_.height / 2 * 2;
    if (codec_->width < 2 || codec_->height < 2) {
      throw InputError("a video must have two pixels or more on a side: use a larger --size");
    }
    codec_->pix_fmt = AV_PIX_FMT_YUV420P;
    codec_->time_base = {film_.timing.numerator, film_.timing.denominator};
    codec_->framerate = av_d2q(
        1 / (static_cast<double>(usual_step(film_.timing)) * av_q2d(codec_->time_base)), 100000);
    codec_->color_range = AVCOL_RANGE_MPEG;
    codec_->colorspace = AVCOL_SPC_BT709;
    codec_->color_primaries = AVCOL_PRI_BT709;
    codec_->color_trc = AVCOL_TRC_BT709;
    codec_->thread_count = 1;  // what comes out would depend on it
    codec_->flags |= AV_CODEC_FLAG_BITEXACT;
    if ((output_->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
      codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    AVDictionary* options = nullptr;
    av_dict_set(&options, "crf", "17", 0);
    if (encoder.id == AV_CODEC_ID_MPEG4) {
      codec_->flags |= AV_CODEC_FLAG_QSCALE;
      codec_->global_quality = 2 * FF_QP2LAMBDA;
    }
    const int code = avcodec_open2(codec_.get(), &encoder, &options);
    av_dict_free(&options);
    check(code, path_);
  }

  AvFrame frame_of(const Picture& picture) {
    const std::size_t row = 3 * static_cast<std::size_t>(picture.width);
    std::vector<std::uint8_t> rgb(row * static_cast<std::size_t>(picture.height) + 64);
    for (std::size_t i = 0; i < picture.pixels(); ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        rgb[3 * i + c] = static_cast<std::uint8_t>(
            std::lround(std::clamp(picture.rgb[c * picture.pixels() + i], 0.0F, 255.0F)));
      }
    }
    AvFrame frame = make_frame();
    frame->width = codec_->width;
    frame->height = codec_->height;
    frame->format = codec_->pix_fmt;
    frame->colorspace = codec_->colorspace;
    frame->color_range = codec_->color_range;
    check(av_frame_get_buffer(frame.get(), 0), path_);
    scaler_.reset(sws_getCachedContext(scaler_.release(), codec_->width, codec_->height,
                                       AV_PIX_FMT_RGB24, codec_->width, codec_->height,
                                       codec_->pix_fmt, SWS_BICUBIC | SWS_ACCURATE_RND, nullptr,
                                       nullptr, nullptr));
    if (scaler_ == nullptr) throw InternalError("FFmpeg cannot convert colours");
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(SWS_CS_DEFAULT), 1,
                             sws_getCoefficients(SWS_CS_ITU709), 0, 0, 1 << 16, 1 << 16);
    const std::uint8_t* planes[4] = {rgb.data(), nullptr, nullptr, nullptr};
    const int strides[4] = {static_cast<int>(row), 0, 0, 0};
    check(
        sws_scale(scaler_.get(), planes, strides, 0, codec_->height, frame->data, frame->linesize),
        path_);
    return frame;
  }

  /// Null: what the codec still holds.
  void encode(const AVFrame* frame) {
    check(avcodec_send_frame(codec_.get(), frame), path_);
    const AvPacket packet = make_packet();
    for (;;) {
      const int code = avcodec_receive_packet(codec_.get(), packet.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
      check(code, path_);
      if (sound_) {
        sound_->copy_until(static_cast<double>(packet->dts) * av_q2d(codec_->time_base));
      }
      if (packet->duration == 0) packet->duration = usual_step(film_.timing);
      packet->stream_index = stream_->index;
      av_packet_rescale_ts(packet.get(), codec_->time_base, stream_->time_base);
      check(av_interleaved_write_frame(output_.get(), packet.get()), path_);
    }
  }

  const Film& film_;
  std::string path_;
  const Kind& kind_;
  AtomicFile atomic_;
  Picture first_;
  AvOutput output_;
  AvCodec codec_;
  AvScaler scaler_;
  AVStream* stream_ = nullptr;  ///< the output's
  std::optional<Sound> sound_;
};

}  // namespace

void check_encoding(const std::string& path, const std::string& sound) {
  const Kind& kind = kind_of(path);
  encoder_of(kind);
  if (sound.empty()) return;
  const AvOutput output = make_output(kind, path, path);
  const Sound fits(sound, *output, path);
}

void encode_video(const Film& film, const std::string& path) {
  if (film.frames.empty() || film.frames.size() != film.timing.times.size()) {
    throw InternalError("a film needs frames, and a time for each");
  }
  Encoder(film, path).write();
}

}  // namespace vggstyle
