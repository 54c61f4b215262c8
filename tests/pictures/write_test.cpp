#include "tools/pictures/write.h"

#include <png.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <random>

#include "tests/pictures/support.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

Picture noise_picture(int width, int height, double step) {
  Picture picture = Picture::black(width, height);
  std::mt19937 random(5);
  const auto steps = static_cast<unsigned>(255 / step + 1.5);
  for (float& value : picture.rgb)
    value = static_cast<float>(static_cast<double>(random() % steps) * step);
  return picture;
}

/// Chunks by name, in order.
std::vector<std::pair<std::string, std::string>> chunks(const Bytes& file) {
  std::vector<std::pair<std::string, std::string>> result;
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t size = png_get_uint_32(file.data() + at);
    const char* name = reinterpret_cast<const char*>(file.data() + at + 4);
    result.push_back({std::string(name, 4), std::string(name + 4, size)});
    at += size + 12;
  }
  return result;
}

}  // namespace

TEST_CASE("What is written is read back: exactly, at both depths") {
  const TemporaryFolder folder;
  for (const int bits : {8, 16}) {
    const Picture picture = noise_picture(19, 8, bits == 8 ? 1 : 1.0 / 257);
    write_png(folder.path("p.png"), picture, bits);
    const Picture back = read_picture(folder.path("p.png"));
    CHECK(distance(picture, back) < 1e-4f);
    write_png(folder.path("q.png"), back, bits);
    CHECK(read_bytes(folder.path("p.png")) == read_bytes(folder.path("q.png")));
  }
}

TEST_CASE("Values are clamped and rounded to the nearest") {
  const TemporaryFolder folder;
  Picture picture = Picture::black(5, 1);
  const float values[] = {-20, 0.49f, 0.51f, 254.6f, 400};
  const float rounded[] = {0, 0, 1, 255, 255};
  for (int c = 0; c < 3; ++c) std::copy(std::begin(values), std::end(values), picture.plane(c));
  picture.rgb[1] = std::numeric_limits<float>::quiet_NaN();
  write_png(folder.path("p.png"), picture, 8);
  const Picture back = read_picture(folder.path("p.png"));
  for (int x = 0; x < 5; ++x) CHECK(value(back, 1, x, 0) == rounded[x]);
  CHECK(back.rgb[1] == 0);
  write_png(folder.path("p.png"), picture, 16);
  const Picture fine = read_picture(folder.path("p.png"));
  CHECK(std::abs(value(fine, 1, 1, 0) - 0.49f) <= 0.5f / 257 + 1e-5f);
}

TEST_CASE("Text and the mark of sRGB stand before the pixels") {
  const TemporaryFolder folder;
  write_png(folder.path("p.png"), noise_picture(4, 4, 1), 8,
            {{"Software", "vggstyle"},
             {"Comment", "two\nlines"},
             {"Title", "N\u00e4chte"},
             {"Empty", ""}});
  std::map<std::string, std::string> found;
  bool pixels = false;
  for (const auto& [name, content] : chunks(read_bytes(folder.path("p.png")))) {
    if (name == "IDAT") pixels = true;
    if (!pixels) found[name + " " + std::string(content.c_str())] = content;
  }
  CHECK(found["tEXt Software"] == std::string("Software\0vggstyle", 17));
  CHECK(found["tEXt Comment"] == std::string("Comment\0two\nlines", 17));
  CHECK(found["tEXt Empty"] == std::string("Empty\0", 6));
  // Keyword, 0; not compressed, method 0; no language, no translated keyword.
  CHECK(found["iTXt Title"] == std::string("Title\0\0\0\0\0N\u00e4chte", 17));
  CHECK(std::any_of(found.begin(), found.end(),
                    [](const auto& entry) { return entry.first.starts_with("sRGB"); }));
}

TEST_CASE("What is encoded in memory is what the file holds") {
  const TemporaryFolder folder;
  const Picture picture = noise_picture(60, 41, 1.0 / 257);
  for (const int bits : {8, 16}) {
    write_png(folder.path("p.png"), picture, bits, {{"Title", "N\u00e4chte"}});
    CHECK(encode_png(picture, bits, {{"Title", "N\u00e4chte"}}) ==
          read_bytes(folder.path("p.png")));
  }
  CHECK_THROWS_AS(encode_png(Picture{}, 8), InternalError);
}

TEST_CASE("Paths that cannot be written to are the user's to mend") {
  const TemporaryFolder folder;
  const Picture picture = noise_picture(3, 3, 1);
  const auto error = [&](const std::string& name) {
    return input_error([&] { write_png(folder.path(name), picture, 8); });
  };
  CHECK(contains(error("none/p.png"), "there is no folder"));
  std::filesystem::create_directory(folder.path("sub"));
  CHECK(contains(error("sub"), "is a folder"));
  CHECK(folder.files().size() == 1);
}

TEST_CASE("When the disk is full, what was there stays and nothing else is left") {
  const TemporaryFolder folder;
  const Bytes before = {'k', 'e', 'p', 't'};
  write_bytes(folder.path("p.png"), before);
  // No file may grow above 20 kB: to the writer, this is a full disk.
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
  rlimit small = limit;
  small.rlim_cur = 20'000;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::string message;
  try {
    write_png(folder.path("p.png"), noise_picture(200, 200, 1), 8);
  } catch (const InternalError& error) {
    message = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, handler);
  CHECK(contains(message, "cannot write '" + folder.path("p.png") + "': File too large"));
  CHECK(read_bytes(folder.path("p.png")) == before);
  CHECK(folder.files().size() == 1);
}

TEST_CASE("Arguments against the contract are internal errors, before anything is touched") {
  const TemporaryFolder folder;
  const Picture picture = noise_picture(3, 3, 1);
  const std::string path = folder.path("p.png");
  CHECK_THROWS_AS(write_png(path, picture, 12), InternalError);
  CHECK_THROWS_AS(write_png(path, Picture{}, 8), InternalError);
  CHECK_THROWS_AS(write_png(path, Picture{2, 2, {1, 2, 3}}, 8), InternalError);
  const std::string long_key(80, 'k');
  for (const std::string& key : {std::string(), long_key, std::string(" k"), std::string("k\n")}) {
    CHECK_THROWS_AS(write_png(path, picture, 8, {{key, "text"}}), InternalError);
  }
  CHECK_THROWS_AS(write_png(path, picture, 8, {{"k", std::string("a\0b", 3)}}), InternalError);
  CHECK(folder.files().size() == 0);
}
