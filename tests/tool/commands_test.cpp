// contrive, weights, devices, version and help.

#include <doctest/doctest.h>

#include <algorithm>

#include "kernels/cpu_kernels.h"
#include "tests/tool/support.h"
#include "tools/pictures/read.h"
#include "weights/load.h"

namespace vggstyle::test {
namespace {

Outcome succeed(const TemporaryFolder& folder, const Arguments& arguments) {
  Outcome outcome = run_tool(folder, arguments);
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  return outcome;
}

TEST_CASE("contrive draws") {
  const TemporaryFolder folder;
  succeed(folder, {"contrive", "scene", "--size", "40", "--seed", "1", "-o", "a.png"});
  succeed(folder, {"contrive", "scene", "--size", "40", "--seed", "2", "-o", "b.png"});
  const Picture picture = read_picture(folder / "a.png");
  CHECK(picture.width == 40);
  CHECK(picture.height == 40);
  CHECK(picture.rgb != read_picture(folder / "b.png").rgb);

  succeed(folder,
          {"contrive", "halves", "--size", "40x20", "--colors", "white,#ff8000", "-o", "c.png"});
  const Picture halves = read_picture(folder / "c.png");
  CHECK(halves.width == 40);
  CHECK(halves.height == 20);
  for (std::size_t i = 0; i < halves.pixels(); ++i) REQUIRE(halves.plane(0)[i] == 255);
  CHECK(*std::min_element(halves.plane(2), halves.plane(2) + halves.pixels()) == 0);
  succeed(folder, {"contrive", "dots", "--size", "40", "-o", "d.png"});
  succeed(folder, {"contrive", "dots", "--size", "40", "--scale", "3", "-o", "e.png"});
  CHECK(read_picture(folder / "d.png").rgb != read_picture(folder / "e.png").rgb);
}

TEST_CASE("synthetic weights are written, described, exported and read back the same") {
  const TemporaryFolder folder;
  succeed(folder, {"weights", "synth", "--seed", "5", "-o", "w.h5"});
  const Outcome info = succeed(folder, {"weights", "info", "w.h5"});
  CHECK(info.out.find("vgg16") != std::string::npos);
  CHECK(info.out.find("synthetic") != std::string::npos);
  CHECK(info.out.find("conv5_3") != std::string::npos);
  succeed(folder, {"weights", "export", "w.h5", "-o", "again.h5"});
  CHECK(checksum(load_weights(folder / "w.h5")) == checksum(load_weights(folder / "again.h5")));
}

TEST_CASE("devices and version") {
  const TemporaryFolder folder;
  const std::string devices = succeed(folder, {"devices"}).out;
  CHECK(devices.find("cpu") == 0);
  CHECK(devices.find("thread") != std::string::npos);
  CHECK(devices.find("cuda") != std::string::npos);
  CHECK(devices.find("; kernels: " + std::string(best_cpu_kernels().name)) != std::string::npos);
  for (const CpuKernels* kernels : usable_cpu_kernels().subspan(1)) {
    CHECK(devices.find(std::string("cpu:") + kernels->word) != std::string::npos);
  }
  CHECK(succeed(folder, {"version"}).out.rfind("vggstyle 0.", 0) == 0);
}

TEST_CASE("every command has help with examples") {
  const TemporaryFolder folder;
  CHECK(succeed(folder, {"--help"}).out.find("Examples:") != std::string::npos);
  for (const char* command : {"transfer", "texture", "reconstruct", "evaluate", "bench", "contrive",
                              "toy", "distance", "compare", "batch"}) {
    const std::string help = succeed(folder, {command, "--help"}).out;
    CAPTURE(command);
    CHECK(help.find(std::string("  vggstyle ") + command) != std::string::npos);
  }
}

}  // namespace
}  // namespace vggstyle::test
