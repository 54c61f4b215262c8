#include <algorithm>
#include <filesystem>

#include "tests/pictures/formats/other_files.h"
#include "tools/pictures/formats/writers/tiff_writer.h"
#include "tools/pictures/formats/writers/webp_writer.h"
#include "tools/pictures/picture_files.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

/// Steps of 1 / 257, as 16 bits have them.
Picture fine_picture(int width, int height) {
  Picture picture = Picture::black(width, height);
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
    picture.rgb[i] = static_cast<float>(i * 7919 % 65536) / 257;
  }
  return picture;
}

bool holds(const Bytes& bytes, std::string_view text) {
  return std::search(bytes.begin(), bytes.end(), text.begin(), text.end()) != bytes.end();
}

}  // namespace

TEST_CASE("WebP and TIFF give back what was written, to their depth, with the text") {
  const TemporaryFolder folder;
  const Picture picture = fine_picture(37, 23);
  const PictureText text = {{"Software", "vggstyle"}, {"Command", "vggstyle transfer"}};
  for (const auto& [name, bits] :
       {std::pair{"p.webp", 8}, {"p.tif", 8}, {"p.TIFF", 16}, {"p.Tif", 16}}) {
    write_picture(folder.path(name), picture, bits, text);
    const Bytes bytes = read_bytes(folder.path(name));
    CHECK(distance(read_picture(folder.path(name)), picture) <= (bits == 8 ? 0.5001f : 0.0001f));
    CHECK(holds(bytes, "Software: vggstyle\nCommand: vggstyle transfer"));
    write_picture(folder.path(name), picture, bits, text);
    CHECK(read_bytes(folder.path(name)) == bytes);
  }
}

TEST_CASE("What a format cannot hold is refused") {
  const TemporaryFolder folder;
  const auto error = [&](const std::string& name, int bits, const Picture& picture) {
    return input_error([&] { write_picture(folder.path(name), picture, bits); });
  };
  CHECK(contains(error("p.webp", 16, fine_picture(3, 3)), "WebP has 8 bits per channel"));
  CHECK(contains(error("p.webp", 8, fine_picture(16384, 1)), "16383 pixels on a side"));
  CHECK(contains(error("p.heic", 8, fine_picture(3, 3)), ".webp, .tif or .tiff"));
  CHECK(folder.files().empty());
}

TEST_CASE("The pictures of a folder are those with a known ending, by name") {
  const TemporaryFolder folder;
  for (const char* name : {"b.PNG", "a.webp", "d.tif", "c.jpeg", "e.gif", "notes.txt", "f"}) {
    write_bytes(folder.path(name), {'x'});
  }
  std::vector<std::string> expected = {"first"};
  for (const char* name : {"a.webp", "b.PNG", "c.jpeg", "d.tif", "e.gif"}) {
    expected.push_back(folder.path(name));
  }
  CHECK(picture_files({"first", folder.path("")}) == expected);
  std::filesystem::create_directory(folder.path("empty"));
  CHECK(contains(input_error([&] { picture_files({folder.path("empty")}); }), "has no pictures"));
}
