#include "tools/pictures/formats/readers/bmp_reader.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

// All of stb_image but the reader of BMP files is left out, and that stays in this file.
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_FAILURE_USERMSG
#include <stb/stb_image.h>

namespace vggstyle {
namespace {

/// A file as stb_image reads it. It takes what is missing at the end for zeros.
struct Source {
  std::span<const std::uint8_t> bytes;
  std::size_t position = 0;
  bool is_cut_off = false;
};

constexpr stbi_io_callbacks kCallbacks = {
    [](void* user, char* target, int count) {
      auto* source = static_cast<Source*>(user);
      const auto rest = source->bytes.subspan(source->position);
      const std::size_t given = std::min(rest.size(), static_cast<std::size_t>(count));
      std::copy_n(rest.begin(), given, target);
      source->position += given;
      if (given == 0) source->is_cut_off = true;
      return static_cast<int>(given);
    },
    [](void* user, int count) {  // files without the padding of their last row do exist
      auto* source = static_cast<Source*>(user);
      source->position =
          std::min(source->position + static_cast<std::size_t>(count), source->bytes.size());
    },
    [](void* user) {
      const auto* source = static_cast<Source*>(user);
      return source->position == source->bytes.size() ? 1 : 0;
    },
};

struct Freer {
  void operator()(stbi_uc* pixels) const { stbi_image_free(pixels); }
};

class BmpReader final : public RowReader {
 public:
  BmpReader(std::span<const std::uint8_t> bytes, std::string name, int max_megapixels)
      : name_(std::move(name)), bytes_(bytes) {
    constexpr std::size_t kPixelsPerByte = 8;  // at most, in files that are read
    constexpr std::size_t kHeaderLengthAt = 14, kOs2Header = 12;
    if (bytes_.size() > kHeaderLengthAt && bytes_[kHeaderLengthAt] == kOs2Header) {
      refuse("it has OS/2's header");  // stb_image loses four colours of its palette
    }
    Source source{bytes_};
    int height = 0, channels = 0;
    if (stbi_info_from_callbacks(&kCallbacks, &source, &header_.width, &height, &channels) == 0) {
      refuse("its header makes no sense, or the pixels are compressed");
    }
    if (header_.width < 1 || height == 0 || height == std::numeric_limits<int>::min()) {
      refuse("it has no pixels");
    }
    header_.height = std::abs(height);  // below 0: from the top down
    check_file_size(static_cast<unsigned long>(header_.width),
                    static_cast<unsigned long>(header_.height), max_megapixels, name_);
    if (pixels() / kPixelsPerByte > bytes_.size()) refuse("it is cut off");
    header_.has_alpha = channels == 4;
  }

  void read(std::span<std::uint16_t> rows) override {
    if (pixels_ == nullptr) decode();
    for (std::uint16_t& sample : rows) {
      sample = static_cast<std::uint16_t>(257 * pixels_.get()[taken_++]);
    }
  }

 private:
  [[noreturn]] void refuse(const char* reason) const { refuse_file(name_, "BMP", reason); }

  std::size_t pixels() const {
    return static_cast<std::size_t>(header_.width) * static_cast<std::size_t>(header_.height);
  }

  void decode() {
    Source source{bytes_};
    int width = 0, height = 0, channels = 0;
    pixels_.reset(stbi_load_from_callbacks(&kCallbacks, &source, &width, &height, &channels,
                                           header_.channels()));
    if (pixels_ == nullptr) refuse(stbi_failure_reason());
    if (source.is_cut_off) refuse("it is cut off");
    if (width != header_.width || height != header_.height) refuse("its size makes no sense");
  }

  std::string name_;
  std::span<const std::uint8_t> bytes_;
  std::unique_ptr<stbi_uc, Freer> pixels_;
  std::size_t taken_ = 0;
};

}  // namespace

std::unique_ptr<RowReader> open_bmp(std::span<const std::uint8_t> bytes, const std::string& name,
                                    int max_megapixels) {
  return std::make_unique<BmpReader>(bytes, name, max_megapixels);
}

}  // namespace vggstyle
