#include "tools/pictures/formats/readers/gif_reader.h"

#include <gif_lib.h>

#include <algorithm>
#include <utility>

namespace vggstyle {
namespace {

struct Source {
  std::span<const std::uint8_t> bytes;
  std::size_t position = 0;
};

int read_bytes(GifFileType* gif, GifByteType* target, int count) {
  auto* source = static_cast<Source*>(gif->UserData);
  const auto rest = source->bytes.subspan(source->position);
  const std::size_t given = std::min(rest.size(), static_cast<std::size_t>(std::max(count, 0)));
  std::copy_n(rest.begin(), given, target);
  source->position += given;
  return static_cast<int>(given);
}

struct Closer {
  void operator()(GifFileType* gif) const {
    int error = 0;
    DGifCloseFile(gif, &error);
  }
};

class GifReader final : public RowReader {
 public:
  GifReader(std::span<const std::uint8_t> bytes, std::string name, int max_megapixels)
      : name_(std::move(name)), source_{bytes} {
    int error = 0;
    gif_.reset(DGifOpen(&source_, read_bytes, &error));
    if (gif_ == nullptr) refuse(GifErrorString(error));
    find_frame();
    // A screen of no size is as large as its first frame.
    const GifImageDesc& frame = gif_->Image;
    header_.width = gif_->SWidth > 0 ? gif_->SWidth : frame.Left + frame.Width;
    header_.height = gif_->SHeight > 0 ? gif_->SHeight : frame.Top + frame.Height;
    if (frame.Width < 1 || frame.Height < 1 || frame.Left + frame.Width > header_.width ||
        frame.Top + frame.Height > header_.height) {
      refuse("its first frame does not fit");
    }
    check_file_size(static_cast<unsigned long>(header_.width),
                    static_cast<unsigned long>(header_.height), max_megapixels, name_);
    header_.has_alpha = true;
  }

  void read(std::span<std::uint16_t> rows) override {
    if (pixels_.empty()) decode();
    for (std::uint16_t& sample : rows) {
      sample = static_cast<std::uint16_t>(257 * pixels_[taken_++]);
    }
  }

  void finish() override {
    while (next_record() != TERMINATE_RECORD_TYPE) {
      if (record_ == EXTENSION_RECORD_TYPE) skip_extension();
      if (record_ == IMAGE_DESC_RECORD_TYPE) skip_frame();
    }
  }

 private:
  [[noreturn]] void refuse(const char* reason) const {
    refuse_file(name_, "GIF", reason != nullptr ? reason : "it makes no sense");
  }
  void require(int result) const {
    if (result == GIF_ERROR) refuse(GifErrorString(gif_->Error));
  }

  GifRecordType next_record() {
    require(DGifGetRecordType(gif_.get(), &record_));
    return record_;
  }

  void find_frame() {
    while (next_record() != IMAGE_DESC_RECORD_TYPE) {
      if (record_ == TERMINATE_RECORD_TYPE) refuse("it has no frame");
      if (record_ == EXTENSION_RECORD_TYPE) skip_extension();
    }
    require(DGifGetImageDesc(gif_.get()));
  }

  /// Of a graphics control block, which applies to the frame that follows, the transparent colour is
  /// kept.
  void skip_extension() {
    int code = 0;
    GifByteType* block = nullptr;  // its first byte is how many follow
    require(DGifGetExtension(gif_.get(), &code, &block));
    GraphicsControlBlock control;
    if (code == GRAPHICS_EXT_FUNC_CODE && block != nullptr &&
        DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
      transparent_ = control.TransparentColor;
    }
    while (block != nullptr) require(DGifGetExtensionNext(gif_.get(), &block));
  }

  void skip_frame() {
    int size = 0;
    GifByteType* block = nullptr;
    require(DGifGetImageDesc(gif_.get()));
    require(DGifGetCode(gif_.get(), &size, &block));
    while (block != nullptr) require(DGifGetCodeNext(gif_.get(), &block));
  }

  void decode() {
    const GifImageDesc frame = gif_->Image;
    const ColorMapObject* colors = frame.ColorMap != nullptr ? frame.ColorMap : gif_->SColorMap;
    if (colors == nullptr) refuse("it has no palette");
    pixels_.resize(4 * static_cast<std::size_t>(header_.width) *
                   static_cast<std::size_t>(header_.height));
    std::vector<GifPixelType> row(static_cast<std::size_t>(frame.Width));
    // Interlaced, the rows come in four passes (GIF89a, appendix E).
    struct Pass {
      int first, step;
    };
    const std::vector<Pass> passes = frame.Interlace
                                         ? std::vector<Pass>{{0, 8}, {4, 8}, {2, 4}, {1, 2}}
                                         : std::vector<Pass>{{0, 1}};
    for (const Pass pass : passes) {
      for (int y = pass.first; y < frame.Height; y += pass.step) {
        require(DGifGetLine(gif_.get(), row.data(), frame.Width));
        put_row(row, *colors, frame.Left, frame.Top + y);
      }
    }
  }

  /// Indices that the palette lacks are transparent, too.
  void put_row(const std::vector<GifPixelType>& row, const ColorMapObject& colors, int x, int y) {
    std::uint8_t* out = pixels_.data() +
                        4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(header_.width) +
                             static_cast<std::size_t>(x));
    for (const GifPixelType index : row) {
      if (index != transparent_ && index < colors.ColorCount) {
        const GifColorType& color = colors.Colors[index];
        out[0] = color.Red;
        out[1] = color.Green;
        out[2] = color.Blue;
        out[3] = 255;
      }
      out += 4;
    }
  }

  std::string name_;
  Source source_;
  std::unique_ptr<GifFileType, Closer> gif_;
  GifRecordType record_ = UNDEFINED_RECORD_TYPE;
  int transparent_ = NO_TRANSPARENT_COLOR;
  std::vector<std::uint8_t> pixels_;  // RGBA
  std::size_t taken_ = 0;
};

}  // namespace

std::unique_ptr<RowReader> open_gif(std::span<const std::uint8_t> bytes, const std::string& name,
                                    int max_megapixels) {
  return std::make_unique<GifReader>(bytes, name, max_megapixels);
}

}  // namespace vggstyle
