#include "tests/pictures/support.h"

#include <png.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <jpeglib.h>

namespace vggstyle::test {

namespace fs = std::filesystem;

Bytes read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::string& path, const Bytes& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  REQUIRE(file);
}

namespace {

void append(png_structp png, png_bytep bytes, png_size_t count) {
  auto* target = static_cast<Bytes*>(png_get_io_ptr(png));
  target->insert(target->end(), bytes, bytes + count);
}

int channels_of(int color_type) {
  if (color_type == PNG_COLOR_TYPE_PALETTE) return 1;
  return ((color_type & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1) +
         ((color_type & PNG_COLOR_MASK_ALPHA) != 0 ? 1 : 0);
}

/// Rows of samples, packed to bytes, the first sample in the highest bits.
std::vector<Bytes> pack(const PngFile& file) {
  const std::size_t per_row = static_cast<std::size_t>(file.width * channels_of(file.color_type));
  const auto bits = static_cast<unsigned>(file.bits);
  std::vector<Bytes> rows;
  for (std::size_t y = 0; y < static_cast<std::size_t>(file.height); ++y) {
    Bytes row((per_row * bits + 7) / 8, 0);
    for (std::size_t i = 0; i < per_row; ++i) {
      for (unsigned bit = 0; bit < bits; ++bit) {
        const unsigned value = file.samples[y * per_row + i] >> (bits - 1 - bit) & 1u;
        const std::size_t at = i * bits + bit;
        row[at / 8] = static_cast<std::uint8_t>(row[at / 8] | value << (7 - at % 8));
      }
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

Bytes encode(const PngFile& file) {
  Bytes bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &bytes, append, [](png_structp) {});
  png_set_IHDR(png, info, static_cast<png_uint_32>(file.width),
               static_cast<png_uint_32>(file.height), file.bits, file.color_type,
               file.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (file.describe) file.describe(png, info);
  std::vector<Bytes> rows = pack(file);
  std::vector<png_bytep> pointers;
  for (Bytes& row : rows) pointers.push_back(row.data());
  png_write_info(png, info);
  png_write_image(png, pointers.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

Bytes png_header(unsigned width, unsigned height) {
  Bytes bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &bytes, append, [](png_structp) {});
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  // The reader goes on to the first chunk of pixels before it gives the size.
  constexpr png_byte kName[] = {'I', 'D', 'A', 'T'};
  constexpr png_byte kData[] = {0x78, 0x9C, 0, 0};
  png_write_chunk(png, kName, kData, sizeof kData);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

Bytes encode(const JpegFile& file) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &buffer, &size);
  jpeg.image_width = static_cast<JDIMENSION>(file.width);
  jpeg.image_height = static_cast<JDIMENSION>(file.height);
  jpeg.input_components = file.channels;
  jpeg.in_color_space = file.channels == 1   ? JCS_GRAYSCALE
                        : file.channels == 3 ? JCS_RGB
                                             : JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 100, TRUE);
  jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;  // colour at full size
  if (file.progressive) jpeg_simple_progression(&jpeg);
  if (!file.adobe_marker) jpeg.write_Adobe_marker = FALSE;
  jpeg_start_compress(&jpeg, TRUE);
  if (!file.exif.empty()) {
    Bytes marker = {'E', 'x', 'i', 'f', 0, 0};
    marker.insert(marker.end(), file.exif.begin(), file.exif.end());
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, marker.data(), static_cast<unsigned>(marker.size()));
  }
  if (!file.profile.empty()) {
    jpeg_write_icc_profile(&jpeg, file.profile.data(), static_cast<unsigned>(file.profile.size()));
  }
  Bytes samples = file.samples;
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = samples.data() + std::size_t{jpeg.next_scanline} *
                                        static_cast<std::size_t>(file.width * file.channels);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  const Bytes bytes(buffer, buffer + size);
  std::free(buffer);
  return bytes;
}

Bytes exif_block(int orientation, bool big_endian) {
  Bytes bytes;
  const auto put = [&](unsigned number, int count) {
    for (int i = 0; i < count; ++i) {
      const int shift = 8 * (big_endian ? count - 1 - i : i);
      bytes.push_back(static_cast<std::uint8_t>(number >> shift & 0xFFu));
    }
  };
  const std::uint8_t order = big_endian ? 'M' : 'I';
  bytes = {order, order};
  put(42, 2);
  put(8, 4);       // where the directory is
  put(1, 2);       // entries
  put(0x0112, 2);  // orientation
  put(3, 2);       // short
  put(1, 4);
  put(static_cast<unsigned>(orientation), 2);
  put(0, 2);
  put(0, 4);  // no further directory
  return bytes;
}

JpegFile sample_jpeg(int width, int height, int channels) {
  JpegFile file;
  file.width = width;
  file.height = height;
  file.channels = channels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const int edge = x + y > width ? 40 : 0;
        file.samples.push_back(static_cast<std::uint8_t>(40 + 3 * x + (2 + c) * y + edge));
      }
    }
  }
  return file;
}

PngFile sample_png(int width, int height) {
  PngFile file;
  file.width = width;
  file.height = height;
  file.color_type = PNG_COLOR_TYPE_RGB;
  const JpegFile same = sample_jpeg(width, height, 3);
  file.samples.assign(same.samples.begin(), same.samples.end());
  return file;
}

float distance(const Picture& a, const Picture& b) {
  REQUIRE(a.width == b.width);
  REQUIRE(a.height == b.height);
  REQUIRE(a.rgb.size() == b.rgb.size());
  float most = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i)
    most = std::max(most, std::abs(a.rgb[i] - b.rgb[i]));
  return most;
}

}  // namespace vggstyle::test
