#include <fcntl.h>
#include <png.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <span>

#include "tests/pictures/formats/other_files.h"
#include "tests/pictures/support.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

std::string refusal_of(const Bytes& bytes) {
  return input_error([&] { decode_picture(bytes, "holiday.png"); });
}

/// Small, but with all that a reader looks at: profile-less PNG with alpha and Exif.
Bytes small_png(bool interlaced) {
  PngFile file = sample_png(9, 7);
  file.interlaced = interlaced;
  Bytes exif = exif_block(6, true);
  file.describe = [&](png_structp png, png_infop info) {
    png_set_gAMA(png, info, 0.6);
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(exif.size()), exif.data());
  };
  return encode(file);
}

Bytes small_jpeg(bool progressive, int channels) {
  JpegFile file = sample_jpeg(24, 17, channels);
  file.progressive = progressive;
  file.exif = exif_block(3, false);
  return encode(file);
}

std::vector<Bytes> small_files() {
  std::vector<Bytes> files = {small_png(false),    small_png(true),      small_jpeg(false, 3),
                              small_jpeg(true, 3), small_jpeg(false, 1), small_jpeg(true, 4)};
  for (Bytes& file : other_samples(24, 17)) files.push_back(std::move(file));
  return files;
}

}  // namespace

TEST_CASE("What is wrong with a path is said in one sentence that names it") {
  const TemporaryFolder folder;
  const auto error = [&](const std::string& name) {
    return input_error([&] { read_picture(folder.path(name)); });
  };
  CHECK(error("none.png") == "there is no file '" + folder.path("none.png") + "'");
  write_bytes(folder.path("file"), bytes_of("x"));
  CHECK(contains(error("file/in.png"), "there is no file"));
  std::filesystem::create_directory(folder.path("holiday"));
  CHECK(contains(error("holiday"), "holiday' is a folder"));
  write_bytes(folder.path("empty.jpg"), {});
  CHECK(contains(error("empty.jpg"), "empty.jpg' is empty"));
  write_bytes(folder.path("notes.png"), bytes_of("It rained.\n"));
  CHECK(contains(error("notes.png"),
                 "notes.png' is a text file; pictures are read from PNG, JPEG, WebP"));
  if (::geteuid() != 0) {  // root may read everything
    write_bytes(folder.path("secret.png"), small_png(false));
    ::chmod(folder.path("secret.png").c_str(), 0);
    CHECK(contains(error("secret.png"), "cannot read"));
  }
}

TEST_CASE("Other formats are called by their names") {
  CHECK(contains(refusal_of(bytes_of("8BPS............")), "a Photoshop document"));
  CHECK(contains(refusal_of(bytes_of("%PDF-1.7........")), "a PDF document"));
  CHECK(contains(refusal_of({1, 2, 3, 4}), "something unknown"));
}

TEST_CASE("The content decides, not the name, pipes will do") {
  const TemporaryFolder folder;
  write_bytes(folder.path("a.jpg"), small_png(false));
  CHECK(read_picture(folder.path("a.jpg")).width == 7);  // turned by its Exif block
  write_bytes(folder.path("b.png"), small_jpeg(false, 3));
  CHECK(read_picture(folder.path("b.png")).width == 24);

  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const Bytes bytes = small_png(false);
  REQUIRE(::write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  ::close(ends[1]);
  const Picture piped = read_picture("/dev/fd/" + std::to_string(ends[0]));
  ::close(ends[0]);
  CHECK(distance(piped, decode_picture(bytes, "p")) == 0);
}

TEST_CASE("A picture that is too large is refused by its header alone") {
  const auto error_with = [](int max_megapixels, const Bytes& bytes) {
    return input_error([&] { decode_picture(bytes, "p", {.max_megapixels = max_megapixels}); });
  };
  CHECK(contains(error_with(200, png_header(20001, 10000)), "200 megapixels and 60000 on a side"));
  CHECK(contains(error_with(200, png_header(20000, 10000)), "truncated"));
  CHECK(contains(error_with(200, png_header(60000, 100)), "truncated"));
  CHECK(contains(error_with(200, png_header(60001, 100)), "--max-megapixels"));
  CHECK(contains(error_with(1, png_header(1001, 1000)), "1 megapixels and 300 on a side"));
  CHECK(contains(refusal_of(png_header(30001, 10)), "30001x10"));
  CHECK(contains(refusal_of(png_header(10, 30001)), "100 megapixels"));
  CHECK(contains(refusal_of(png_header(10001, 10000)), "10001x10000"));
  CHECK(contains(refusal_of(png_header(0x7FFFFFFF, 0x7FFFFFFF)), "2147483647x2147483647"));
  CHECK(contains(refusal_of(png_header(10000, 10000)),
                 "truncated"));  // may be read, but is not there

  Bytes jpeg = small_jpeg(false, 3);
  constexpr std::uint8_t kFrame[] = {0xFF, 0xC0, 0x00, 0x11, 0x08};
  const auto frame = std::search(jpeg.begin(), jpeg.end(), std::begin(kFrame), std::end(kFrame));
  REQUIRE(frame != jpeg.end());
  std::fill_n(frame + sizeof kFrame, 4, std::uint8_t{0xF0});
  CHECK(contains(refusal_of(jpeg), "61680x61680"));
}

TEST_CASE("A file cut off anywhere is an error") {
  for (const Bytes& whole : small_files()) {
    decode_picture(whole, "p");  // whole, it is none
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      CAPTURE(whole.size());
      CHECK_THROWS_AS(decode_picture(std::span(whole).first(size), "p"), InputError);
    }
  }
}

TEST_CASE("A JPEG that lacks pixels in the middle is an error, though its end is there") {
  for (const bool progressive : {false, true}) {
    Bytes bytes = small_jpeg(progressive, 3);
    bytes.erase(bytes.end() - 40, bytes.end() - 2);
    CHECK(contains(refusal_of(bytes), "premature end of data segment"));
  }
}

TEST_CASE("A file with wrong bytes is an error or a picture") {
  std::mt19937 random(3);
  for (const Bytes& whole : small_files()) {
    int errors = 0, pictures = 0;
    for (int round = 0; round < 1500; ++round) {
      Bytes bytes = whole;
      for (int flips = 1 + round % 3; flips > 0; --flips) {
        bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
      }
      try {
        const Picture picture = decode_picture(bytes, "p");
        REQUIRE(picture.rgb.size() == 3 * picture.pixels());
        REQUIRE(std::all_of(picture.rgb.begin(), picture.rgb.end(),
                            [](float v) { return v >= 0 && v <= 255; }));
        ++pictures;
      } catch (const InputError&) {
        ++errors;
      }
    }
    CHECK(errors > 0);
    CHECK(errors + pictures == 1500);
  }
}

TEST_CASE("Nothing is printed about damaged files") {
  const TemporaryFolder folder;
  const std::string log = folder.path("stderr");
  const int saved = ::dup(STDERR_FILENO);
  const int target = ::open(log.c_str(), O_WRONLY | O_CREAT, 0600);
  REQUIRE(target >= 0);
  ::dup2(target, STDERR_FILENO);
  for (const Bytes& whole : small_files()) {
    for (std::size_t size = 1; size < whole.size(); size += 7) {
      Bytes bytes = whole;
      bytes[size] ^= 0x55;
      try {
        decode_picture(bytes, "p");
      } catch (const InputError&) {
      }
    }
  }
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
  ::close(target);
  CHECK(read_bytes(log).empty());
}
