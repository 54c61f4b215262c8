// Small files that would take much memory or time.

#include <sys/resource.h>
#include <zlib.h>

#include <algorithm>

#include "tests/pictures/support.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

std::string error_of(const Bytes& bytes) {
  return input_error([&] { decode_picture(bytes, "bomb"); });
}

void append_number(Bytes& bytes, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes.push_back(static_cast<std::uint8_t>(number >> shift));
  }
}

/// A chunk of a PNG file: length, type and data, checksum.
Bytes chunk(std::string_view type, const Bytes& data) {
  Bytes bytes;
  append_number(bytes, static_cast<std::uint32_t>(data.size()));
  bytes.insert(bytes.end(), type.begin(), type.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  append_number(bytes,
                static_cast<std::uint32_t>(::crc32_z(0, bytes.data() + 4, bytes.size() - 4)));
  return bytes;
}

Bytes compressed(const Bytes& bytes) {
  uLongf size = ::compressBound(bytes.size());
  Bytes packed(size);
  REQUIRE(::compress2(packed.data(), &size, bytes.data(), bytes.size(), 1) == Z_OK);
  packed.resize(size);
  return packed;
}

/// A compressed text of 60 MB.
Bytes large_text() {
  Bytes packed = compressed(Bytes(std::size_t{60} << 20U, 'x'));
  const Bytes keyword = {'C', 'o', 'm', 'm', 'e', 'n', 't', 0, 0};
  packed.insert(packed.begin(), keyword.begin(), keyword.end());
  return chunk("zTXt", packed);
}

long peak_kilobytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Where the segment of a JPEG file that begins at `at` ends; a scan's with its data.
std::size_t segment_end(const Bytes& jpeg, std::size_t at) {
  const bool scan = jpeg[at + 1] == 0xDA;
  std::size_t end = at + 2 + (std::size_t{jpeg[at + 2]} << 8U) + jpeg[at + 3];
  while (scan && !(jpeg[end] == 0xFF && jpeg[end + 1] != 0)) ++end;
  return end;
}

/// `jpeg` with its second scan, and the tables before it, `more` times again. The second is the first
/// of coefficients beyond the mean, of which a flat picture has none: a few bytes.
Bytes with_scans(const Bytes& jpeg, int more) {
  constexpr std::uint8_t kScan = 0xDA;
  std::size_t at = 2, first = 0;
  for (int scan = 0; scan < 2; ++scan) {
    first = at;
    while (jpeg[at + 1] != kScan) at = segment_end(jpeg, at);
    at = segment_end(jpeg, at);
  }
  const auto begin = jpeg.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = jpeg.begin() + static_cast<std::ptrdiff_t>(at);
  Bytes result(jpeg.begin(), end);
  for (int i = 0; i < more; ++i) result.insert(result.end(), begin, end);
  result.insert(result.end(), end, jpeg.end());
  return result;
}

}  // namespace

TEST_CASE("compressed texts in a PNG file are not unpacked") {
  Bytes png = encode(sample_png(9, 7));
  const Picture expected = decode_picture(png, "p");
  const Bytes text = large_text();
  constexpr std::ptrdiff_t kAfterHeader = 8 + 25;
  for (int i = 0; i < 20; ++i) {
    png.insert(png.begin() + kAfterHeader, text.begin(), text.end());
    png.insert(png.end() - 12, text.begin(), text.end());  // before IEND
  }
  const long before = peak_kilobytes();
  CHECK(distance(decode_picture(png, "p"), expected) == 0);
  CHECK(peak_kilobytes() - before < 40'000);
}

TEST_CASE(
    "a picture of 64 megapixels in a file of kilobytes takes no memory for pixels not wanted") {
  constexpr std::uint32_t kSide = 8000;
  Bytes png = png_header(kSide, kSide);
  png.resize(8);
  Bytes header;
  append_number(header, kSide);
  append_number(header, kSide);
  header.insert(header.end(), {1, 0, 0, 0, 0});  // 1 bit of grey, not interlaced
  const Bytes rows((1 + kSide / 8) * kSide, 0);
  for (const Bytes& part :
       {chunk("IHDR", header), chunk("IDAT", compressed(rows)), chunk("IEND", {})}) {
    png.insert(png.end(), part.begin(), part.end());
  }
  CHECK(png.size() < 100'000);
  const long before = peak_kilobytes();
  const Picture picture = decode_picture(png, "p", {}, [](auto) { return std::pair{16, 16}; });
  CHECK(picture.rgb == Picture::black(16, 16).rgb);
  // All pixels as floats are 768 MB; the address sanitizer alone keeps 256 MB of what is freed.
  CHECK(peak_kilobytes() - before < 600'000);
}

TEST_CASE("scans that are too many, or for so few bytes, end the reading of a JPEG file") {
  JpegFile small = sample_jpeg(24, 17, 3);
  small.progressive = true;
  const Bytes jpeg = encode(small);
  decode_picture(with_scans(jpeg, 100), "p");
  const Bytes many = with_scans(jpeg, 300);
  CHECK(contains(error_of(many), "too many scans"));
  CHECK(decode_picture(many, "p", {.max_megapixels = 200}).width == 24);

  JpegFile flat;
  flat.width = 4000;
  flat.height = 3000;
  flat.channels = 1;
  flat.progressive = true;
  flat.samples.assign(std::size_t{4000} * 3000, 128);
  const Bytes large = encode(flat);
  CHECK(decode_picture(large, "p").width == 4000);
  CHECK(contains(error_of(with_scans(large, 60)), "too many scans"));
  const Bytes some = with_scans(large, 5);
  CHECK(contains(error_of(some), "too many scans"));
  CHECK(decode_picture(some, "p", {.max_megapixels = 250}).width == 4000);
}

TEST_CASE("a JPEG file whose header names another coding is an error, not noise") {
  for (const int side : {24, 200}) {
    Bytes jpeg = encode(sample_jpeg(side, side, 3));
    constexpr std::uint8_t kFrame[] = {0xFF, 0xC0, 0x00, 0x11, 0x08};
    const auto frame = std::search(jpeg.begin(), jpeg.end(), std::begin(kFrame), std::end(kFrame));
    REQUIRE(frame != jpeg.end());
    frame[1] = 0xC9;  // extended, arithmetic coding
    CHECK_FALSE(error_of(jpeg).empty());
  }
}
