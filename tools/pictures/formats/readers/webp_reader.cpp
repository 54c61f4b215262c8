#include "tools/pictures/formats/readers/webp_reader.h"

#include <webp/decode.h>
#include <webp/demux.h>

#include <utility>

#include "tools/pictures/formats/orientation.h"

namespace vggstyle {
namespace {

struct Deleter {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
  void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};

/// The first chunk of that name; empty if there is none.
std::vector<std::uint8_t> chunk(const WebPDemuxer* demuxer, const char* name) {
  WebPChunkIterator found;
  std::vector<std::uint8_t> bytes;
  if (WebPDemuxGetChunk(demuxer, name, 1, &found) != 0) {
    bytes.assign(found.chunk.bytes, found.chunk.bytes + found.chunk.size);
  }
  WebPDemuxReleaseChunkIterator(&found);
  return bytes;
}

class WebpReader final : public RowReader {
 public:
  WebpReader(std::span<const std::uint8_t> bytes, std::string name, int max_megapixels)
      : name_(std::move(name)), data_{bytes.data(), bytes.size()} {
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(bytes.data(), bytes.size(), &features) != VP8_STATUS_OK) {
      refuse("its header makes no sense");
    }
    check_file_size(static_cast<unsigned long>(features.width),
                    static_cast<unsigned long>(features.height), max_megapixels, name_);
    const std::unique_ptr<WebPDemuxer, Deleter> demuxer(WebPDemux(&data_));
    if (demuxer == nullptr) refuse("it is not whole");
    header_.width = features.width;
    header_.height = features.height;
    header_.has_alpha = true;
    header_.profile = chunk(demuxer.get(), "ICCP");
    const std::vector<std::uint8_t> exif = chunk(demuxer.get(), "EXIF");
    header_.orientation = exif_orientation(exif);
    add_text(exif_description(exif), header_.text);
  }

  void read(std::span<std::uint16_t> rows) override {
    if (pixels_ == nullptr) decode();
    for (std::uint16_t& sample : rows) sample = static_cast<std::uint16_t>(257 * *pixels_++);
  }

 private:
  [[noreturn]] void refuse(const char* reason) const { refuse_file(name_, "WebP", reason); }

  void decode() {
    WebPAnimDecoderOptions options;
    WebPAnimDecoderOptionsInit(&options);
    options.color_mode = MODE_RGBA;
    decoder_.reset(WebPAnimDecoderNew(&data_, &options));
    WebPAnimInfo info;
    std::uint8_t* frame = nullptr;
    int end_time = 0;
    if (decoder_ == nullptr || WebPAnimDecoderGetInfo(decoder_.get(), &info) == 0 ||
        std::cmp_not_equal(info.canvas_width, header_.width) ||
        std::cmp_not_equal(info.canvas_height, header_.height) ||
        WebPAnimDecoderGetNext(decoder_.get(), &frame, &end_time) == 0) {
      refuse("its pixels make no sense");
    }
    pixels_ = frame;
  }

  std::string name_;
  WebPData data_;
  std::unique_ptr<WebPAnimDecoder, Deleter> decoder_;  // a still picture is an animation of one
  const std::uint8_t* pixels_ = nullptr;               // RGBA, of the decoder: what comes next
};

}  // namespace

std::unique_ptr<RowReader> open_webp(std::span<const std::uint8_t> bytes, const std::string& name,
                                     int max_megapixels) {
  return std::make_unique<WebpReader>(bytes, name, max_megapixels);
}

}  // namespace vggstyle
