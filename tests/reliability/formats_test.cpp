// A file is what its name says, and the same bytes for any number of threads.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/reliability/shell.h"
#include "tests/support/pictures.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {

TEST_CASE("the ending decides the format, and other endings are refused") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto make = [&](const std::string& name, const Arguments& more = {}) {
    return run_tool(folder, small_transfer() + Arguments{"-o", name} + more);
  };
  REQUIRE(make("out.png").exit_code == 0);
  for (const char* name : {"out.jpg", "out.JPEG"}) {
    REQUIRE(make(name, {"--save-every", "4"}).exit_code == 0);
    const std::string bytes = read_file(folder / name);
    CHECK(bytes.substr(0, 3) == "\xFF\xD8\xFF");
    CHECK(bytes.find("ICC_PROFILE") != std::string::npos);
    CHECK(bytes.find("Command: vggstyle transfer content.png") != std::string::npos);
    CHECK(mean_difference(read_picture(folder / name), read_picture(folder / "out.png")) < 4);
    REQUIRE(make(name).exit_code == 0);  // again: the same bytes but for the command
    const std::string once = read_file(folder / name);
    REQUIRE(make(name).exit_code == 0);
    CHECK(read_file(folder / name) == once);
  }
  CHECK(read_file(folder / "out-0004.jpg").substr(0, 3) == "\xFF\xD8\xFF");
  CHECK(make("out.jpg", {"--bits", "16"}).exit_code == 2);
  for (const char* name : {"out.gif", "out.heic", "out", "out.png.tmp", "png", ".png"}) {
    const Outcome outcome = make(name);
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(count_lines(outcome.err) == 1);
    CHECK(outcome.err.find(".png, .jpg, .jpeg, .webp, .tif or .tiff") != std::string::npos);
  }
  CHECK(run_tool(folder, {"contrive", "dots", "--size", "20", "-o", "dots.jpg"}).exit_code == 0);
  CHECK(read_file(folder / "dots.jpg").substr(0, 3) == "\xFF\xD8\xFF");
}

TEST_CASE("every format that is written says what made it, and is read again as the same picture") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto make = [&](const std::string& name) {
    return run_tool(folder, small_transfer() + Arguments{"-o", name});
  };
  for (const char* name : {"out.png", "out.jpg", "out.webp", "out.tif"}) {
    REQUIRE(make(name).exit_code == 0);
    const Outcome command = run_tool(folder, {"explain", name});
    CHECK(command.exit_code == 0);
    CHECK(command.out.starts_with("vggstyle transfer content.png"));
    CHECK(command.out.ends_with(std::string("-o ") + name + "\n"));
    CHECK(count_lines(command.out) == 1);
    const Outcome all = run_tool(folder, {"explain", "--all", name});
    CHECK(all.out.find("\nCommand: " + command.out + "Weights: ") != std::string::npos);
    CHECK(all.out.find("\nSettings: {\"software\"") != std::string::npos);
  }
  const Outcome none = run_tool(folder, {"explain", "content.png"});
  CHECK(none.exit_code == 2);
  CHECK(none.err.find("'content.png' does not say what made it") != std::string::npos);
  // Read again, as content and as a folder of styles, these are the same pictures as PNG.
  std::filesystem::create_directory(folder / "styles");
  for (const char* name : {"styles/out.webp", "styles/out.tif"}) {
    REQUIRE(make(name).exit_code == 0);
    CHECK(mean_difference(read_picture(folder / name), read_picture(folder / "out.png")) == 0);
  }
  REQUIRE(run_tool(folder, {"texture", "styles", "--size", "16", "--iterations", "2",
                            "--style-layers", "conv1_1", "-o", "of_folder.png"})
              .exit_code == 0);
  REQUIRE(run_tool(folder, {"texture", "out.png", "out.png", "--size", "16", "--iterations", "2",
                            "--style-layers", "conv1_1", "-o", "of_files.png"})
              .exit_code == 0);
  CHECK(mean_difference(read_picture(folder / "of_folder.png"),
                        read_picture(folder / "of_files.png")) == 0);
}

TEST_CASE("the same bytes for any number of threads, said loudly or not") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto bytes = [&](const Arguments& more) {
    Arguments arguments = small_transfer();
    arguments.resize(arguments.size() - 2);  // without --threads 1
    REQUIRE(run_tool(folder, arguments + more + Arguments{"-o", "out.png"}).exit_code == 0);
    return read_file(folder / "out.png");
  };
  const std::string one = bytes({"--threads", "1"});
  CHECK(bytes({"--threads", "2"}) == one);
  CHECK(bytes({"--threads=3", "--quiet"}) == one);
  CHECK(bytes({}) == one);
}

}  // namespace vggstyle::test
