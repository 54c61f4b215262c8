#include "tools/video/files/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "runtime/error.h"
#include "tools/pictures/resize.h"
#include "tools/pictures/write.h"
#include "tools/video/files/av.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
}

namespace vggstyle {
namespace {

/// A quarter turn clockwise.
Picture turned(const Picture& picture) {
  Picture result = Picture::black(picture.height, picture.width);
  const auto width = static_cast<std::size_t>(picture.width);
  const auto height = static_cast<std::size_t>(picture.height);
  for (int c = 0; c < 3; ++c) {
    for (std::size_t y = 0; y < height; ++y) {
      for (std::size_t x = 0; x < width; ++x) {
        result.plane(c)[x * height + (height - 1 - y)] = picture.plane(c)[y * width + x];
      }
    }
  }
  return result;
}

/// As phones store it; null where there is none. FFmpeg 6.1 (Debian 13) moved it.
const std::uint8_t* display_matrix(const AVStream& stream) {
#if LIBAVCODEC_VERSION_INT < AV_VERSION_INT(60, 29, 100)
  return av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
#else
  const AVCodecParameters& of = *stream.codecpar;
  const AVPacketSideData* data =
      av_packet_side_data_get(of.coded_side_data, of.nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  return data == nullptr ? nullptr : data->data;
#endif
}

/// By how many quarter turns clockwise the frames of a stream are to be turned.
int quarter_turns(const AVStream& stream) {
  const auto* matrix = reinterpret_cast<const std::int32_t*>(display_matrix(stream));
  if (matrix == nullptr) return 0;
  const double clockwise = -av_display_rotation_get(matrix) / 90;
  return (static_cast<int>(clockwise + 8.5) % 4 + 4) % 4;
}

class Decoder {
 public:
  Decoder(const std::string& path, int max_megapixels)
      : path_(path),
        file_(open_av_file(path)),
        index_(video_stream(*file_, path)),
        stream_(*file_->streams[index_]),
        turns_(quarter_turns(stream_)) {
    const AVCodec* codec = avcodec_find_decoder(stream_.codecpar->codec_id);
    if (codec == nullptr) {
      throw InputError(fmt::format("'{}' holds video as {}, which FFmpeg cannot read here", path,
                                   avcodec_get_name(stream_.codecpar->codec_id)));
    }
    codec_.reset(avcodec_alloc_context3(codec));
    if (codec_ == nullptr) throw std::bad_alloc();
    check(avcodec_parameters_to_context(codec_.get(), stream_.codecpar));
    check_size(max_megapixels);
    codec_->thread_count = 0;  // every core: what comes out does not depend on it
    check(avcodec_open2(codec_.get(), codec, nullptr));
  }

  AVRational time_base() const { return stream_.time_base; }

  /// The next frame; false at the end.
  bool next(AVFrame& frame) {
    for (;;) {
      const int code = avcodec_receive_frame(codec_.get(), &frame);
      if (code == 0) return true;
      if (code == AVERROR_EOF) return false;
      if (code != AVERROR(EAGAIN)) check(code);
      send();
    }
  }

  Picture picture_of(const AVFrame& frame) {
    scaler_.reset(sws_getCachedContext(
        scaler_.release(), frame.width, frame.height, static_cast<AVPixelFormat>(frame.format),
        frame.width, frame.height, AV_PIX_FMT_RGB24,
        SWS_BICUBIC | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
    if (scaler_ == nullptr) check(AVERROR(EINVAL));
    const bool hd = frame.colorspace == AVCOL_SPC_BT709 ||
                    (frame.colorspace == AVCOL_SPC_UNSPECIFIED && frame.height >= 720);
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(hd ? SWS_CS_ITU709 : SWS_CS_ITU601),
                             frame.color_range == AVCOL_RANGE_JPEG ? 1 : 0,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
    const std::size_t row = 3 * static_cast<std::size_t>(frame.width);
    std::vector<std::uint8_t> rgb(row * static_cast<std::size_t>(frame.height) + 64);
    std::uint8_t* planes[4] = {rgb.data(), nullptr, nullptr, nullptr};
    const int strides[4] = {static_cast<int>(row), 0, 0, 0};
    check(sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, planes, strides));
    Picture picture = Picture::black(frame.width, frame.height);
    for (std::size_t i = 0; i < picture.pixels(); ++i) {
      for (int c = 0; c < 3; ++c) {
        picture.plane(c)[i] = static_cast<float>(rgb[3 * i + static_cast<std::size_t>(c)]);
      }
    }
    for (int turn = 0; turn < turns_; ++turn) picture = turned(picture);
    return picture;
  }

 private:
  void check(int code) const {
    if (code >= 0) return;
    throw InputError(fmt::format("'{}' is damaged: {}", path_, av_error_text(code)));
  }

  void check_size(int max_megapixels) {
    constexpr std::int64_t kMega = 1'000'000;
    codec_->max_pixels = max_megapixels * kMega;  // a frame may turn out larger than announced
    if (std::int64_t{codec_->width} * codec_->height <= codec_->max_pixels) return;
    throw InputError(
        fmt::format("'{}' has frames of {}x{} pixels, more than {} megapixels: raise "
                    "--max-megapixels if that is intended",
                    path_, codec_->width, codec_->height, max_megapixels));
  }

  /// The next packet of the video to the codec, or that there is none.
  void send() {
    const AvPacket packet = make_packet();
    for (;;) {
      const int code = av_read_frame(file_.get(), packet.get());
      if (code == AVERROR_EOF) {
        check(avcodec_send_packet(codec_.get(), nullptr));
        return;
      }
      check(code);
      if (packet->stream_index == index_) break;
      av_packet_unref(packet.get());
    }
    check(avcodec_send_packet(codec_.get(), packet.get()));
  }

  std::string path_;
  AvInput file_;
  int index_;
  const AVStream& stream_;
  int turns_;
  AvCodec codec_;
  AvScaler scaler_;
};

Picture at_most(const Picture& picture, int longest) {
  const auto [width, height] = fit_longest_side(
      picture.width, picture.height, std::min(longest, std::max(picture.width, picture.height)));
  return resize(picture, width, height);
}

}  // namespace

Timing decode_video(const std::string& path, const std::string& folder, int longest,
                    int max_megapixels) {
  Decoder decoder(path, max_megapixels);
  Timing timing{decoder.time_base().num, decoder.time_base().den, {}};
  const AvFrame frame = make_frame();
  while (decoder.next(*frame)) {
    const std::int64_t time = frame->best_effort_timestamp;
    const bool later =
        time != AV_NOPTS_VALUE && (timing.times.empty() || time > timing.times.back());
    timing.times.push_back(later ? time : timing.times.empty() ? 0 : timing.times.back() + 1);
    const std::string name = fmt::format("{:06}.png", timing.times.size());
    write_png((std::filesystem::path(folder) / name).string(),
              at_most(decoder.picture_of(*frame), longest), 8);
    av_frame_unref(frame.get());
  }
  if (timing.times.empty()) {
    throw InputError(fmt::format("'{}' has no frames: it is damaged or empty", path));
  }
  return timing;
}

}  // namespace vggstyle
