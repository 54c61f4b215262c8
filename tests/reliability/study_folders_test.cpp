// A study replaces no file that is not its own, and shows no picture that is not what it says.

#include <doctest/doctest.h>

#include "tests/reliability/shell.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

const Arguments kStudy = {"study",   "gram",         "style.png", "--weights",
                          "w.h5",    "--iterations", "3",         "--style-layers",
                          "conv1_1", "--size",       "24",        "--quiet"};

void write_inputs(const TemporaryFolder& folder) {
  write_pictures(folder);
  REQUIRE(run_tool(folder, {"weights", "synth", "-o", "w.h5"}).exit_code == 0);
}

void check_refused(const TemporaryFolder& folder, const std::string& file) {
  const std::string before = read_file(folder / file);
  const Outcome outcome = run_tool(folder, kStudy + Arguments{"-o", "study"});
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(count_lines(outcome.err) == 1);
  CHECK(outcome.err.find(file) != std::string::npos);
  CHECK(read_file(folder / file) == before);
}

}  // namespace

TEST_CASE("a study replaces no report and no picture of somebody else") {
  for (const char* name : {"index.html", "study.json", "study.csv", "sheet.png"}) {
    const TemporaryFolder folder;
    write_inputs(folder);
    fs::create_directory(folder / "study");
    write_file(folder / (std::string("study/") + name), "<html>my page</html>");
    check_refused(folder, std::string("study/") + name);
  }
  const TemporaryFolder folder;
  write_inputs(folder);
  REQUIRE(run_tool(folder, kStudy + Arguments{"-o", "study"}).exit_code == 0);
  const fs::path first = *fs::directory_iterator(folder / "study/pictures");
  const std::string stem = (first.parent_path() / first.stem()).string();
  write_png(stem + ".png", contrive("dots", 24, 24, 1), 8);
  check_refused(folder, "study/pictures/" + first.stem().string() + ".png");
}

TEST_CASE("a study goes over its own folder, again and again") {
  const TemporaryFolder folder;
  write_inputs(folder);
  std::string page;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(run_tool(folder, kStudy + Arguments{"-o", "study"}).exit_code == 0);
    if (i > 0) CHECK(read_file(folder / "study/index.html") == page);
    page = read_file(folder / "study/index.html");
  }
  CHECK_FALSE(page.empty());
}

TEST_CASE(
    "a folder, a cut record or nothing in the place of a record: made again, or one sentence") {
  const TemporaryFolder folder;
  write_inputs(folder);
  REQUIRE(run_tool(folder, kStudy + Arguments{"-o", "study"}).exit_code == 0);
  const std::string page = read_file(folder / "study/index.html");
  std::string stem;
  for (const auto& entry : fs::directory_iterator(folder / "study/pictures")) {
    if (entry.path().extension() == ".json")
      stem = (entry.path().parent_path() / entry.path().stem()).string();
  }
  const std::string record = read_file(stem + ".json");
  write_file(stem + ".json", record.substr(0, record.size() / 2));
  CHECK(run_tool(folder, kStudy + Arguments{"-o", "study"}).exit_code == 0);
  CHECK(read_file(stem + ".json") == record);
  fs::remove(stem + ".png");
  CHECK(run_tool(folder, kStudy + Arguments{"-o", "study"}).exit_code == 0);
  CHECK(fs::exists(stem + ".png"));
  CHECK(read_file(folder / "study/index.html") == page);
  fs::remove(stem + ".json");
  fs::create_directory(stem + ".json");
  const Outcome outcome = run_tool(folder, kStudy + Arguments{"-o", "study"});
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(count_lines(outcome.err) == 1);
  CHECK(outcome.err.find(".json': it is a folder") != std::string::npos);
}

TEST_CASE("other preprocessing makes other pictures") {
  const TemporaryFolder folder;
  write_inputs(folder);
  const auto record = [&](const Arguments& more) {
    REQUIRE(run_tool(folder, kStudy + more + Arguments{"-o", "study"}).exit_code == 0);
    std::string all;
    for (const auto& entry : fs::directory_iterator(folder / "study/pictures")) {
      if (entry.path().extension() == ".json") all += read_file(entry.path());
    }
    return all;
  };
  const std::string caffe = record({"--preprocessing", "caffe"});
  CHECK(caffe == record({}));  // as the file says
  CHECK(caffe != record({"--preprocessing", "torch"}));
}

}  // namespace vggstyle::test
