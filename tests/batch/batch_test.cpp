// Many runs: each as the run command would make it, what is done kept, what fails told.

#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "tests/batch/support.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

Outcome run_batch(const TemporaryFolder& folder, const Arguments& more = {}) {
  return run_tool(folder, Arguments{"batch", "jobs.toml", "-o", "out"} + more);
}

/// The command that made a picture, as it says itself.
std::string command_of(const TemporaryFolder& folder, const std::string& name) {
  for (const auto& [keyword, value] : read_picture_text(folder / name)) {
    if (keyword == "Command") return value;
  }
  return "";
}

TEST_CASE("each job makes the picture that its run command makes") {
  const TemporaryFolder folder;
  write_jobs(folder,
             transfer_job() +
                 "[[job]]\ncommand = \"texture\"\nstyle = \"style.png\"\nsize = 24\nseed = 5\n"
                 "[[job]]\ncommand = \"reconstruct\"\ncontent = \"content.png\"\n"
                 "layer = \"conv1_2\"\noutput = \"sub/{number}.tif\"\nbits = 16\n");
  const Outcome outcome = run_batch(folder, {"--at-once", "3"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(has(outcome.err, "3 pictures, 3 at once"));
  const Arguments same = {"--weights", "synthetic", "--iterations", "4", "-o"};
  const Arguments layers = {"--style-layers", "conv1_1,conv2_1"};
  const std::vector<std::pair<std::string, Arguments>> runs = {
      {"content-style.png",
       Arguments{"transfer", "content.png", "style.png", "--content-layers", "conv2_1"} + layers},
      {"style.png", Arguments{"texture", "style.png", "--size", "24", "--seed", "5"} + layers},
      {"sub/0003.tif", {"reconstruct", "content.png", "--layer", "conv1_2", "--bits", "16"}}};
  for (const auto& run : runs) {
    CAPTURE(run.first);
    const std::string alone = "alone" + fs::path(run.first).extension().string();
    REQUIRE(run_tool(folder, run.second + same + Arguments{alone}).exit_code == 0);
    CHECK(without_command(folder, "out/" + run.first) == without_command(folder, alone));
    CHECK(fs::file_size(folder / ("out/" + run.first)) > 0);
  }
}

TEST_CASE("the result does not depend on how many jobs run at once") {
  const TemporaryFolder folder;
  std::string jobs;
  for (int i = 0; i < 4; ++i) {
    jobs += transfer_job("output = \"" + std::to_string(i) + ".png\"\nseed = " + std::to_string(i) +
                         "\ninit = \"noise\"\n");
  }
  write_jobs(folder, jobs);
  REQUIRE(run_batch(folder, {"--at-once", "1"}).exit_code == 0);
  REQUIRE(run_tool(folder, {"batch", "jobs.toml", "-o", "other", "--at-once", "4"}).exit_code == 0);
  std::set<std::string> different;
  for (int i = 0; i < 4; ++i) {
    const std::string name = "/" + std::to_string(i) + ".png";
    CHECK(without_command(folder, "out" + name) == without_command(folder, "other" + name));
    different.insert(without_command(folder, "out" + name));
  }
  CHECK(different.size() == 4);
}

TEST_CASE("typed options win over a job's, those over the defaults, and presets come last") {
  const TemporaryFolder folder;
  write_jobs(folder, "seed = 7\ncontent-weight = 0.25\nscales = 1\npreset = \"fast\"\n" +
                         transfer_job("seed = 8\nsize = 20\noutput = \"a.png\"\n") +
                         transfer_job("size = 22\noutput = \"b.png\"\n") +
                         "[[job]]\ncommand = \"texture\"\nstyle = \"style.png\"\n");
  const Outcome outcome =
      run_batch(folder, {"--size", "24", "--gram", "raw", "--content-weight", "0.5"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  const std::string a = command_of(folder, "out/a.png"), b = command_of(folder, "out/b.png"),
                    texture = command_of(folder, "out/style.png");
  CHECK(has(a, "--seed=8"));
  CHECK(has(b, "--seed=7"));
  for (const std::string& command : {a, b, texture}) {
    CHECK(has(command, "--size=24"));
    CHECK(has(command, "--gram=raw"));
    CHECK(has(command, "--iterations=4"));
    CHECK(has(command, "--until-quiet=true"));
  }
  CHECK(has(a, "--content-weight=0.5"));
  CHECK_FALSE(has(texture, "--content-weight"));
  CHECK(read_picture(folder / "out/a.png").width == 24);
}

TEST_CASE("a CSV file has jobs too") {
  const TemporaryFolder folder;
  write_jobs(folder, "");
  write_file(folder / "jobs.csv",
             "content,style,style,style-layers,output,until-quiet,command\r\n"
             "content.png,style.png,content.png,\"conv1_1,conv1_2\",\"a, b.png\",true,\r\n"
             ",style.png,,conv1_1,,,texture\r\n");
  const Outcome outcome =
      run_tool(folder, {"batch", "jobs.csv", "-o", "out", "--weights", "synthetic", "--iterations",
                        "2", "--content-layers", "conv1_2", "--bits", "16", "--preset", "fast"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  const std::string command = command_of(folder, "out/a, b.png");
  CHECK(has(command, "--bits=16"));
  CHECK(has(command, "--scales=2"));
  CHECK(has(command, "--iterations=2"));
  CHECK(has(command, "-- content.png style.png content.png"));
  CHECK(has(command, "--style-layers=conv1_1,conv1_2"));
  CHECK(has(command, "--until-quiet=true"));
  CHECK(has(command_of(folder, "out/style.png"), "vggstyle texture"));
}

TEST_CASE("two folders give each content in each style") {
  const TemporaryFolder folder;
  write_pictures(folder);
  for (const char* name : {"contents", "styles"}) fs::create_directory(folder / name);
  for (const char* name : {"contents/a.png", "contents/b.png", "styles/s.png"}) {
    fs::copy(folder / "content.png", folder / name);
  }
  fs::copy(folder / "style.png", folder / "styles/t.png");
  const Arguments arguments = {
      "batch", "--contents",       "contents", "--styles",  "styles",    "-o",
      "out",   "--style-layers",   "conv1_1",  "--weights", "synthetic", "--iterations",
      "2",     "--content-layers", "conv1_1"};
  REQUIRE(run_tool(folder, arguments).exit_code == 0);
  for (const char* name : {"a-s.png", "a-t.png", "b-s.png", "b-t.png"}) {
    CHECK(fs::exists(folder.path() / "out" / name));
  }
  REQUIRE(
      run_tool(folder, arguments + Arguments{"--name", "{number}.jpg", "--only", "3"}).exit_code ==
      0);
  CHECK(has(command_of(folder, "out/0003.jpg"), "-- contents/b.png styles/s.png"));
  CHECK_FALSE(fs::exists(folder / "out/0001.jpg"));
}

}  // namespace
}  // namespace vggstyle::test
