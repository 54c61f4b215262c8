#include "tests/pictures/formats/other_files.h"

#include <gif_lib.h>
#include <tiffio.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <cstring>

#ifdef VGGSTYLE_HEIF
#include <libheif/heif.h>
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define VGGSTYLE_FINDS_LEAKS
#endif
#endif
#endif

namespace vggstyle::test {
namespace {

Bytes lossless_webp(const Bytes& rgba, int width, int height) {
  std::uint8_t* out = nullptr;
  const std::size_t size = WebPEncodeLosslessRGBA(rgba.data(), width, height, 4 * width, &out);
  REQUIRE(size > 0);
  const Bytes bytes(out, out + size);
  WebPFree(out);
  return bytes;
}

WebPData view(const Bytes& bytes) {
  return {bytes.data(), bytes.size()};
}

/// What libtiff reads and writes through.
struct Memory {
  Bytes bytes;
  std::size_t at = 0;
};

tmsize_t read_memory(thandle_t handle, void* to, tmsize_t count) {
  auto* memory = static_cast<Memory*>(handle);
  const std::size_t given =
      std::min(static_cast<std::size_t>(count), memory->bytes.size() - memory->at);
  std::memcpy(to, memory->bytes.data() + memory->at, given);
  memory->at += given;
  return static_cast<tmsize_t>(given);
}

tmsize_t write_memory(thandle_t handle, void* from, tmsize_t count) {
  auto* memory = static_cast<Memory*>(handle);
  const auto size = static_cast<std::size_t>(count);
  memory->bytes.resize(std::max(memory->bytes.size(), memory->at + size));
  std::memcpy(memory->bytes.data() + memory->at, from, size);
  memory->at += size;
  return count;
}

toff_t seek_memory(thandle_t handle, toff_t offset, int whence) {
  auto* memory = static_cast<Memory*>(handle);
  memory->at = static_cast<std::size_t>(offset) + (whence == SEEK_END   ? memory->bytes.size()
                                                   : whence == SEEK_CUR ? memory->at
                                                                        : 0);
  return memory->at;
}

void describe(TIFF* tiff, const TiffFile& file) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, file.width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, file.height);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, file.channels);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, file.is_floating ? 32 : file.bits);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, file.photometric);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG,
               file.has_planes ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, file.orientation);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, file.compression);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 3);
  if (file.is_floating) TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
  if (file.is_thumbnail) TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
  if (file.is_tiled) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 16);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, 16);
  }
  if (file.extra >= 0) {
    const auto extra = static_cast<std::uint16_t>(file.extra);
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &extra);
  }
  if (!file.palette.empty()) {
    std::vector<std::uint16_t> palette = file.palette;
    TIFFSetField(tiff, TIFFTAG_COLORMAP, palette.data(), palette.data() + 256,
                 palette.data() + 512);
  }
  if (!file.profile.empty()) {
    TIFFSetField(tiff, TIFFTAG_ICCPROFILE, file.profile.size(), file.profile.data());
  }
}

/// `count` samples of a row from `first` on, every `step`-th, as they are stored.
Bytes stored(const TiffFile& file, std::size_t first, std::size_t count, std::size_t step) {
  Bytes bytes;
  const auto put = [&](const auto& value) {
    const auto* from = reinterpret_cast<const std::uint8_t*>(&value);
    bytes.insert(bytes.end(), from, from + sizeof value);
  };
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t sample = file.samples[first + i * step];
    if (file.is_floating) {
      put(static_cast<float>(sample) / 255);
    } else if (file.bits == 16) {
      put(sample);
    } else {
      put(static_cast<std::uint8_t>(sample));
    }
  }
  return bytes;
}

void write_tiles(TIFF* tiff, const TiffFile& file) {
  const auto channels = static_cast<std::size_t>(file.channels);
  for (int top = 0; top < file.height; top += 16) {
    for (int left = 0; left < file.width; left += 16) {
      Bytes tile(16 * 16 * channels, 0);
      for (int y = top; y < std::min(top + 16, file.height); ++y) {
        for (int x = left; x < std::min(left + 16, file.width); ++x) {
          for (std::size_t c = 0; c < channels; ++c) {
            tile[static_cast<std::size_t>(16 * (y - top) + x - left) * channels + c] =
                static_cast<std::uint8_t>(
                    file.samples[static_cast<std::size_t>(y * file.width + x) * channels + c]);
          }
        }
      }
      REQUIRE(TIFFWriteTile(tiff, tile.data(), static_cast<std::uint32_t>(left),
                            static_cast<std::uint32_t>(top), 0, 0) > 0);
    }
  }
}

void write_rows(TIFF* tiff, const TiffFile& file) {
  const auto width = static_cast<std::size_t>(file.width);
  const auto channels = static_cast<std::size_t>(file.channels);
  for (std::size_t plane = 0; plane < (file.has_planes ? channels : 1); ++plane) {
    for (std::size_t y = 0; y < static_cast<std::size_t>(file.height); ++y) {
      Bytes row = file.has_planes ? stored(file, y * width * channels + plane, width, channels)
                                  : stored(file, y * width * channels, width * channels, 1);
      REQUIRE(TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y),
                                static_cast<std::uint16_t>(plane)) == 1);
    }
  }
}

int append(GifFileType* gif, const GifByteType* bytes, int count) {
  auto* target = static_cast<Bytes*>(gif->UserData);
  target->insert(target->end(), bytes, bytes + count);
  return count;
}

void put_frame(GifFileType* gif, const GifFile& file, const Bytes& indices) {
  REQUIRE(EGifPutImageDesc(gif, file.left, file.top, file.width, file.height, file.is_interlaced,
                           nullptr) == GIF_OK);
  std::vector<int> rows;
  if (file.is_interlaced) {
    for (const auto& [first, step] : {std::pair{0, 8}, {4, 8}, {2, 4}, {1, 2}}) {
      for (int y = first; y < file.height; y += step) rows.push_back(y);
    }
  } else {
    for (int y = 0; y < file.height; ++y) rows.push_back(y);
  }
  for (const int y : rows) {
    Bytes row(indices.begin() + y * file.width, indices.begin() + (y + 1) * file.width);
    REQUIRE(EGifPutLine(gif, row.data(), file.width) == GIF_OK);
  }
}

}  // namespace

Bytes encode(const WebpFile& file) {
  const Bytes first = lossless_webp(file.frames.at(0), file.width, file.height);
  const WebPData data = view(first);
  WebPMux* mux = file.frames.size() == 1 ? WebPMuxCreate(&data, 1) : WebPMuxNew();
  for (std::size_t i = 0; file.frames.size() > 1 && i < file.frames.size(); ++i) {
    const Bytes frame = lossless_webp(file.frames[i], file.width, file.height);
    WebPMuxFrameInfo info{};
    info.bitstream = view(frame);
    info.duration = 100;
    info.id = WEBP_CHUNK_ANMF;
    info.dispose_method = WEBP_MUX_DISPOSE_NONE;
    info.blend_method = WEBP_MUX_NO_BLEND;
    REQUIRE(WebPMuxPushFrame(mux, &info, 1) == WEBP_MUX_OK);
    const WebPMuxAnimParams params{0, 0};
    REQUIRE(WebPMuxSetAnimationParams(mux, &params) == WEBP_MUX_OK);
  }
  const WebPData profile = view(file.profile), exif = view(file.exif);
  if (!file.profile.empty()) WebPMuxSetChunk(mux, "ICCP", &profile, 1);
  if (!file.exif.empty()) WebPMuxSetChunk(mux, "EXIF", &exif, 1);
  WebPData out{};
  REQUIRE(WebPMuxAssemble(mux, &out) == WEBP_MUX_OK);
  const Bytes bytes(out.bytes, out.bytes + out.size);
  WebPDataClear(&out);
  WebPMuxDelete(mux);
  return bytes;
}

Bytes encode(const TiffFile& file) {
  Memory memory;
  TIFF* tiff = TIFFClientOpen(
      "t", file.is_big_endian ? "wb" : "wl", &memory, read_memory, write_memory, seek_memory,
      [](thandle_t) { return 0; },
      [](thandle_t handle) -> toff_t { return static_cast<Memory*>(handle)->bytes.size(); },
      nullptr, nullptr);
  REQUIRE(tiff != nullptr);
  describe(tiff, file);
  file.is_tiled ? write_tiles(tiff, file) : write_rows(tiff, file);
  TIFFClose(tiff);
  return memory.bytes;
}

Bytes encode(const GifFile& file) {
  Bytes bytes;
  int error = 0;
  GifFileType* gif = EGifOpen(&bytes, append, &error);
  REQUIRE(gif != nullptr);
  EGifSetGifVersion(gif, true);
  const int count = static_cast<int>(file.palette.size() / 3);
  std::vector<GifColorType> colors;
  for (std::size_t i = 0; i + 2 < file.palette.size(); i += 3) {
    colors.push_back({file.palette[i], file.palette[i + 1], file.palette[i + 2]});
  }
  ColorMapObject* map = GifMakeMapObject(count, colors.data());
  REQUIRE(EGifPutScreenDesc(gif, file.screen_width, file.screen_height, 8, 0, map) == GIF_OK);
  GifFreeMapObject(map);
  if (file.transparent >= 0) {
    GraphicsControlBlock control{0, false, 0, file.transparent};
    GifByteType block[4];
    EGifGCBToExtension(&control, block);
    REQUIRE(EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, sizeof block, block) == GIF_OK);
  }
  put_frame(gif, file, file.indices);
  if (file.has_more_frames) put_frame(gif, file, Bytes(file.indices.size(), 0));
  EGifCloseFile(gif, &error);
  return bytes;
}

#ifdef VGGSTYLE_HEIF
namespace {

void set_colors(heif_image* image, const HeifFile& file) {
  if (!file.profile.empty()) {
    heif_image_set_raw_color_profile(image, "prof", file.profile.data(), file.profile.size());
  }
  if (file.primaries > 0) {
    heif_color_profile_nclx* nclx = heif_nclx_color_profile_alloc();
    heif_nclx_color_profile_set_color_primaries(nclx, file.primaries);
    heif_nclx_color_profile_set_transfer_characteristics(nclx, file.transfer);
    heif_nclx_color_profile_set_matrix_coefficients(nclx, heif_matrix_coefficients_ITU_R_BT_601_6);
    nclx->full_range_flag = 1;
    heif_image_set_nclx_color_profile(image, nclx);
    heif_nclx_color_profile_free(nclx);
  }
}

}  // namespace

#ifdef VGGSTYLE_FINDS_LEAKS
OverlookLeaks::OverlookLeaks() {
  __lsan_disable();
}
OverlookLeaks::~OverlookLeaks() {
  __lsan_enable();
}
#else
OverlookLeaks::OverlookLeaks() = default;
OverlookLeaks::~OverlookLeaks() = default;
#endif

Bytes encode(const HeifFile& file) {
  const OverlookLeaks of_x265;
  heif_context* context = heif_context_alloc();
  heif_encoder* encoder = nullptr;
  heif_context_get_encoder_for_format(
      context, file.is_avif ? heif_compression_AV1 : heif_compression_HEVC, &encoder);
  Bytes bytes;
  if (encoder != nullptr) {
    heif_image* image = nullptr;
    heif_image_create(
        file.width, file.height, heif_colorspace_RGB,
        file.bits > 8 ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RGBA, &image);
    heif_image_add_plane(image, heif_channel_interleaved, file.width, file.height, file.bits);
    int stride = 0;
    std::uint8_t* plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    const std::size_t row = 4 * static_cast<std::size_t>(file.width);
    for (std::size_t i = 0; i < file.samples.size(); ++i) {
      std::uint8_t* to = plane + i / row * static_cast<std::size_t>(stride);
      if (file.bits > 8) {
        to[i % row * 2] = static_cast<std::uint8_t>(file.samples[i] & 0xFFU);
        to[i % row * 2 + 1] = static_cast<std::uint8_t>(file.samples[i] >> 8U);
      } else {
        to[i % row] = static_cast<std::uint8_t>(file.samples[i]);
      }
    }
    set_colors(image, file);
    heif_encoder_set_lossy_quality(encoder, 100);
    heif_encoder_set_parameter(encoder, "chroma", "444");
    heif_image_handle* handle = nullptr;
    heif_encoding_options* options = heif_encoding_options_alloc();
    options->macOS_compatibility_workaround_no_nclx_profile = 0;
    const heif_error error = heif_context_encode_image(context, image, encoder, options, &handle);
    heif_encoding_options_free(options);
    INFO(std::string(error.message));
    REQUIRE(error.code == heif_error_Ok);
    heif_writer writer{1, [](heif_context*, const void* data, std::size_t size, void* user) {
                         const auto* from = static_cast<const std::uint8_t*>(data);
                         static_cast<Bytes*>(user)->assign(from, from + size);
                         return heif_error{heif_error_Ok, heif_suberror_Unspecified, ""};
                       }};
    heif_context_write(context, &writer, &bytes);
    heif_image_handle_release(handle);
    heif_image_release(image);
    heif_encoder_release(encoder);
  }
  heif_context_free(context);
  return bytes;
}
#endif

std::vector<Bytes> other_samples(int width, int height) {
  const JpegFile sample = sample_jpeg(width, height, 3);
  WebpFile webp{width, height, {{}}, {}, exif_block(6, true)};
  for (std::size_t i = 0; i < sample.samples.size(); ++i) {
    webp.frames[0].push_back(sample.samples[i]);
    if (i % 3 == 2) webp.frames[0].push_back(static_cast<std::uint8_t>(200 + i % 50));
  }
  WebpFile animation = webp;
  animation.frames.push_back(Bytes(webp.frames[0].size(), 77));
  TiffFile tiff;
  tiff.width = width;
  tiff.height = height;
  tiff.orientation = 6;
  tiff.compression = COMPRESSION_LZW;
  tiff.samples.assign(sample.samples.begin(), sample.samples.end());
  TiffFile tiles = tiff;
  tiles.is_tiled = true;
  GifFile gif;
  gif.screen_width = gif.width = width;
  gif.screen_height = gif.height = height;
  gif.is_interlaced = gif.has_more_frames = true;
  gif.transparent = 2;
  for (unsigned i = 0; i < 256; ++i) {
    gif.palette.insert(gif.palette.end(), 3, static_cast<std::uint8_t>(i));
  }
  for (std::size_t i = 0; i < sample.samples.size(); i += 3) {
    gif.indices.push_back(sample.samples[i]);
  }
  BmpFile bmp;
  bmp.width = width;
  bmp.height = height;
  for (std::size_t i = 0; i < sample.samples.size(); i += 3) {
    bmp.pixels.push_back(unsigned{sample.samples[i]} << 16U | sample.samples[i + 1]);
  }
  BmpFile indexed = bmp;
  indexed.bits = 8;
  indexed.palette.assign(4 * 256, 99);
  for (unsigned& pixel : indexed.pixels) pixel &= 0xFFU;
  return {encode(webp), encode(animation), encode(tiff),   encode(tiles),
          encode(gif),  encode(bmp),       encode(indexed)};
}

}  // namespace vggstyle::test
