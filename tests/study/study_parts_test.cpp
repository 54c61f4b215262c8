#include "tools/study/runner/study_parts.h"

#include <doctest/doctest.h>

#include "runtime/cpu_device.h"
#include "runtime/error.h"
#include "tests/support/files.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/picture_files.h"
#include "tools/pictures/write.h"

using namespace vggstyle;
using vggstyle::test::TemporaryFolder;

namespace {

TEST_CASE("records are the members that are text or numbers") {
  const nlohmann::ordered_json runs = {
      {{"image", "a"}, {"x", 1.5}, {"color", {{"r", 2}}}, {"curve", {1, 2}}},
      {{"image", "b"},
       {"x", 2},
       {"color", {{"r", 3}}},
       {"curve", nlohmann::ordered_json::array()}}};
  const Table table = records_of(runs);
  CHECK(table.columns == std::vector<std::string>{"image", "x", "color.r"});
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0] == std::vector<std::string>{"a", "1.5", "2"});
  CHECK(table.rows[1] == std::vector<std::string>{"b", "2", "3"});
}

TEST_CASE("images of files and folders, at the study's size, with names of their own") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "inside");
  const Picture picture = contrive("dots", 200, 100, 1);
  write_png(folder / "dots.png", picture, 8);
  write_png(folder / "inside/dots.PNG", picture, 8);
  write_png(folder / "inside/b.png", picture, 8);
  test::write_file(folder / "inside/notes.txt", "no picture");
  const auto device = make_cpu_device(1);
  const std::vector<StudyImage> images =
      read_images(picture_files({folder / "dots.png", folder / "inside"}), {}, kStudySize, *device);
  REQUIRE(images.size() == 3);
  CHECK(images[0].name == "dots");
  CHECK(images[1].name == "b");
  CHECK(images[2].name == "dots-2");
  CHECK(images[0].picture.width == kStudySize);
  CHECK(images[0].picture.height == kStudySize / 2);

  std::filesystem::create_directory(folder / "empty");
  CHECK_THROWS_AS(picture_files({folder / "empty"}), InputError);
}

}  // namespace
