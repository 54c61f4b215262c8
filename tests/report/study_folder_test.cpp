#include "tools/report/study_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "tests/report/support.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

namespace fs = std::filesystem;

std::string folder_error(const std::string& path) {
  return input_error([&] { const StudyFolder folder(path); });
}

StudyReport report() {
  Sheet sheet;
  sheet.rows = {{"row", {{solid(20, 20, {9, 9, 9}), "cell"}}}};
  Document document("Study");
  document.paragraph("What was found.");
  return {{{"study", "layers"},
           {"losses", {1.5, std::nan(""), std::numeric_limits<double>::infinity()}},
           {"file", "\xFF.png"}},
          {"", {"layer", "loss"}, {{"conv1_1", "0,5"}}},
          sheet,
          document};
}

}  // namespace

TEST_CASE("A study's folder is made, or taken as it is") {
  const TemporaryFolder outer;
  for (const std::string name :
       {"new", "new", "new/", "new/sub", "new/../other", "new/./third//"}) {
    const StudyFolder folder(outer / name);
    CHECK(folder.path() == outer / name);
    CHECK(fs::is_directory(outer / name));
  }
  CHECK(outer.files() == std::vector<std::string>{"new", "other"});
  fs::create_directory_symlink(outer / "new", outer / "link");
  CHECK(StudyFolder(outer / "link").file("a") == outer / "link/a");
}

TEST_CASE("A study's folder that cannot be is the user's to mend, in one sentence") {
  const TemporaryFolder outer;
  write_file(outer / "file", "kept");
  CHECK(contains(folder_error(""), "give it a name"));
  CHECK(contains(
      folder_error(outer / "none/sub"),
      fmt::format("cannot write to the folder '{}': there is no folder '{}'; create it first",
                  outer / "none/sub", outer / "none")));
  CHECK(contains(folder_error(outer / "file"), "is no folder; give another name"));
  CHECK(contains(folder_error(outer / "file/"), "is no folder; give another name"));
  CHECK(contains(folder_error(outer / "file/sub"),
                 fmt::format("there is no folder '{}'", outer / "file")));
  fs::create_symlink(outer / "nowhere", outer / "dangling");
  CHECK(contains(folder_error(outer / "dangling"), "is no folder"));
  CHECK(read_file(outer / "file") == "kept");
  CHECK(outer.files() == std::vector<std::string>{"dangling", "file"});
}

TEST_CASE("A folder that cannot be made or written to is found at once") {
  CHECK(contains(folder_error("/proc/study"), "it cannot be made"));
  if (::geteuid() == 0) return;  // root may write everywhere else
  const TemporaryFolder outer;
  fs::create_directory(outer / "closed");
  ::chmod((outer / "closed").c_str(), 0555);
  CHECK(contains(folder_error(outer / "closed"), "it is not writable (Permission denied)"));
  CHECK(contains(folder_error(outer / "closed/sub"), "it cannot be made (Permission denied)"));
}

TEST_CASE("What a study is made from is not overwritten by it") {
  const TemporaryFolder outer;
  const StudyFolder folder(outer / "study");
  write_file(folder.file("pictures/a.png"), "made by vggstyle");
  write_file(folder.file("sheet.png"), "mine");
  write_file(outer / "b.png", "mine");
  fs::create_symlink(outer / "study/pictures/a.png", outer / "link.png");
  const auto error = [&](const std::string& input, const std::string& name) {
    return input_error([&] { folder.check_names({outer / "b.png", input}, {name}); });
  };
  CHECK_NOTHROW(folder.check_names({outer / "b.png", outer / "missing"}, {"pictures/a.png"}));
  CHECK(contains(error(outer / "study/pictures/a.png", "pictures/a.png"), "would overwrite"));
  CHECK(contains(error(outer / "study/../link.png", "pictures/a.png"), "would overwrite"));
  CHECK(contains(error(outer / "study/sheet.png", "pictures/a.png"), "would overwrite"));
  CHECK(contains(error("c.png", "pictures/" + std::string(256, 'x')), "too long"));
}

TEST_CASE("Folders inside are made when a file in them is asked for") {
  const TemporaryFolder outer;
  const StudyFolder folder(outer / "study");
  CHECK(folder.file("a.png") == outer / "study/a.png");
  CHECK(folder.file("pictures/raw/b.png") == outer / "study/pictures/raw/b.png");
  CHECK(fs::is_directory(outer / "study/pictures/raw"));
  CHECK(!fs::exists(outer / "study/pictures/raw/b.png"));
  write_file(outer / "study/log", "");
  CHECK(contains(input_error([&] { folder.file("log/x.png"); }),
                 fmt::format("'{}' is there and is no folder", outer / "study/log")));
}

TEST_CASE("A study writes its four files") {
  const TemporaryFolder outer;
  const StudyFolder folder(outer / "study");
  folder.write(report());
  CHECK(read_file(outer / "study/study.json") ==
        "{\n  \"study\": \"layers\",\n  \"losses\": [\n    1.5,\n    null,\n    null\n  ],\n"
        "  \"file\": \"\uFFFD.png\"\n}\n");
  CHECK(read_file(outer / "study/study.csv") == "layer,loss\nconv1_1,\"0,5\"\n");
  CHECK(read_picture(outer / "study/sheet.png").width > 160);
  CHECK(contains(read_file(outer / "study/index.html"), "<p>What was found.</p>"));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(outer / "study")) {
    names.push_back(entry.path().filename().string());
  }
  CHECK(names.size() == 4);  // nothing else is left
  folder.write(report());    // over what is there
}

TEST_CASE("A file of a study that cannot be written stops it with a sentence") {
  const TemporaryFolder outer;
  const StudyFolder folder(outer / "study");
  fs::create_directory(outer / "study/index.html");
  CHECK(contains(input_error([&] { folder.write(report()); }), "it is a folder"));
}
