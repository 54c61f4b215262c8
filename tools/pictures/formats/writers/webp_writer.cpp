#include "tools/pictures/formats/writers/webp_writer.h"

#include <fmt/format.h>
#include <libexif/exif-data.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <cstdlib>
#include <memory>
#include <new>

#include "runtime/error.h"
#include "tools/pictures/formats/writers/quantize.h"

namespace vggstyle {
namespace {

constexpr int kLosslessLevel = 6;  // of 0 to 9, as cwebp -z; more costs time and saves little
constexpr std::size_t kExifSignature = 6;  // "Exif\0\0", which WebP does without

struct Deleter {
  void operator()(WebPPicture* picture) const {
    WebPPictureFree(picture);
    delete picture;
  }
  void operator()(WebPMemoryWriter* writer) const {
    WebPMemoryWriterClear(writer);
    delete writer;
  }
  void operator()(WebPMux* mux) const { WebPMuxDelete(mux); }
  void operator()(ExifData* data) const { exif_data_unref(data); }
  void operator()(ExifMem* memory) const { exif_mem_unref(memory); }
  void operator()(ExifEntry* entry) const { exif_entry_unref(entry); }
  void operator()(unsigned char* bytes) const { std::free(bytes); }
};
template <typename T>
using Handle = std::unique_ptr<T, Deleter>;

[[noreturn]] void fail(const char* what, int code) {
  throw InternalError(fmt::format("cannot encode a WebP picture: {} ({})", what, code));
}

/// An Exif block of one entry.
std::vector<std::uint8_t> exif_of(const std::string& description) {
  const Handle<ExifMem> memory(exif_mem_new_default());
  const Handle<ExifData> data(exif_data_new_mem(memory.get()));
  const Handle<ExifEntry> entry(exif_entry_new_mem(memory.get()));
  if (data == nullptr || entry == nullptr) throw std::bad_alloc();
  const auto size = static_cast<unsigned>(description.size() + 1);
  entry->tag = EXIF_TAG_IMAGE_DESCRIPTION;
  entry->format = EXIF_FORMAT_ASCII;
  entry->components = size;
  entry->size = size;
  entry->data = static_cast<unsigned char*>(exif_mem_alloc(memory.get(), size));
  if (entry->data == nullptr) throw std::bad_alloc();
  std::copy_n(description.c_str(), size, entry->data);
  exif_content_add_entry(data->ifd[EXIF_IFD_0], entry.get());
  unsigned char* bytes = nullptr;
  unsigned count = 0;
  exif_data_save_data(data.get(), &bytes, &count);
  const Handle<unsigned char> owner(bytes);
  if (bytes == nullptr || count < kExifSignature) throw std::bad_alloc();
  return {bytes + kExifSignature, bytes + count};
}

void encode(const Picture& picture, const Picture* alpha, WebPMemoryWriter& writer) {
  WebPConfig config;
  const Handle<WebPPicture> target(new WebPPicture);
  if (WebPConfigInit(&config) == 0 || WebPConfigLosslessPreset(&config, kLosslessLevel) == 0 ||
      WebPPictureInit(target.get()) == 0) {
    fail("another version of libwebp", WebPGetEncoderVersion());
  }
  const auto row = static_cast<std::size_t>(channels_with(alpha) * picture.width);
  std::vector<std::uint8_t> pixels(row * static_cast<std::size_t>(picture.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(picture.height); ++y) {
    quantize_row(picture, alpha, y, pixels.data() + y * row);
  }
  target->use_argb = 1;
  target->width = picture.width;
  target->height = picture.height;
  target->writer = WebPMemoryWrite;
  target->custom_ptr = &writer;
  const auto import = alpha != nullptr ? WebPPictureImportRGBA : WebPPictureImportRGB;
  if (import(target.get(), pixels.data(), static_cast<int>(row)) == 0 ||
      WebPEncode(&config, target.get()) == 0) {
    fail("error of the encoder", target->error_code);
  }
}

}  // namespace

std::vector<std::uint8_t> encode_webp(const Picture& picture, const Picture* alpha,
                                      const std::string& description,
                                      const std::vector<std::uint8_t>& profile) {
  const Handle<WebPMemoryWriter> writer(new WebPMemoryWriter);
  WebPMemoryWriterInit(writer.get());
  encode(picture, alpha, *writer);
  const std::vector<std::uint8_t> exif = exif_of(description);
  const WebPData pixels{writer->mem, writer->size}, block{exif.data(), exif.size()},
      colors{profile.data(), profile.size()};
  const Handle<WebPMux> mux(WebPMuxCreate(&pixels, 0));
  WebPData file{nullptr, 0};
  if (mux == nullptr || WebPMuxSetChunk(mux.get(), "EXIF", &block, 0) != WEBP_MUX_OK ||
      (!profile.empty() && WebPMuxSetChunk(mux.get(), "ICCP", &colors, 0) != WEBP_MUX_OK) ||
      WebPMuxAssemble(mux.get(), &file) != WEBP_MUX_OK) {
    fail("the file cannot be put together", 0);
  }
  const std::vector<std::uint8_t> bytes(file.bytes, file.bytes + file.size);
  WebPDataClear(&file);
  return bytes;
}

}  // namespace vggstyle
