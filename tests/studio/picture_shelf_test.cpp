// The pictures of a studio: what is kept, under which name, and what is not.

#include "tools/studio/picture_shelf.h"

#include <doctest/doctest.h>

#include "tests/support/files.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

std::string scene_file(int width, int height) {
  const std::vector<std::uint8_t> png = encode_png(contrive("scene", width, height, 1), 8);
  return {png.begin(), png.end()};
}

}  // namespace

TEST_CASE("uploads are kept under plain names, byte for byte, and replace nothing") {
  const TemporaryFolder folder;
  const PictureShelf shelf(folder.path() / "a/b");
  const std::string bytes = scene_file(24, 16), other = scene_file(20, 20);
  CHECK(shelf.names().empty());
  CHECK(shelf.add("bridge.png", bytes) == "bridge.png");
  CHECK(shelf.add("bridge.png", other) == "bridge-2.png");
  CHECK(shelf.add("../../C:\\photos\\.-bridge.png", other) == "bridge-3.png");
  CHECK(shelf.names() == Names{"bridge-2.png", "bridge-3.png", "bridge.png"});
  CHECK(read_file((folder.path() / "a/b/bridge.png").string()) == bytes);
  CHECK(read_file((folder.path() / "a/b/bridge-2.png").string()) == other);
  CHECK(folder.files() == Names{"a"});
}

TEST_CASE("what is no picture is not kept") {
  const TemporaryFolder folder;
  const PictureShelf shelf(folder.path());
  const std::string bytes = scene_file(24, 16);
  CHECK_THROWS_AS(shelf.add("script.sh", bytes), InputError);
  CHECK_THROWS_AS(shelf.add(".png", bytes), InputError);
  CHECK_THROWS_AS(shelf.add(std::string(200, 'a') + ".png", bytes), InputError);
  CHECK_THROWS_AS(shelf.add("text.png", "text"), InputError);
  CHECK_THROWS_AS(shelf.add("cut.png", bytes.substr(0, bytes.size() / 2)), InputError);
  CHECK(folder.files().empty());
}

TEST_CASE("thumbnails are small, and only of what is on the shelf") {
  const TemporaryFolder folder;
  const PictureShelf shelf(folder.path() / "pictures");
  write_file(folder / "secret.png", scene_file(8, 8));
  shelf.add("wide.png", scene_file(600, 300));
  const auto size_of = [&](const std::string& name) {
    const std::vector<std::uint8_t> png = shelf.thumbnail(name);
    const Picture picture = decode_picture(png, name);
    return std::pair(picture.width, picture.height);
  };
  CHECK(size_of("wide.png") == std::pair(240, 120));
  CHECK_THROWS_AS(shelf.thumbnail("../secret.png"), InputError);
  CHECK_THROWS_AS(shelf.thumbnail("none.png"), InputError);
}

}  // namespace vggstyle::test
