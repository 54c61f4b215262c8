// --timelapse: a run's progress as a video.

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "tests/video/support.h"
#include "tools/pictures/read.h"
#include "tools/video/files/video_file.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

Arguments texture(const Arguments& more) {
  return Arguments{"texture",
                   "style.png",
                   "-o",
                   "out.png",
                   "--weights",
                   "synthetic",
                   "--style-layers",
                   "conv1_1,conv2_1",
                   "--size",
                   "32",
                   "--iterations",
                   "6",
                   "--optimizer",
                   "adam"} +
         more;
}

#ifdef VGGSTYLE_VIDEO_FILE

TEST_CASE("a time-lapse shows each step, and the result for two seconds") {
  const TemporaryFolder folder;
  write_clip(folder, 1);
  const Outcome outcome = run_tool(folder, texture({"--timelapse", "run.mp4"}));
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.err.find("wrote run.mp4\n") != std::string::npos);
  const std::string read = folder / "read";
  fs::create_directory(read);
  const Timing timing = read_video_file(folder / "run.mp4", read, 100, 1);
  REQUIRE(timing.times.size() >= 7);
  const std::size_t last = timing.times.size() - 1;
  const double stays = static_cast<double>(timing.times[last] - timing.times[last - 1]) *
                       timing.numerator / timing.denominator;
  CHECK(stays == doctest::Approx(2).epsilon(0.03));
  const auto difference = [&](std::size_t frame) {
    const Picture shown = read_picture(read + "/00000" + std::to_string(frame + 1) + ".png");
    const Picture result = read_picture(folder / "out.png");
    double sum = 0;
    for (std::size_t i = 0; i < result.rgb.size(); ++i) {
      sum += std::abs(static_cast<double>(shown.rgb[i]) - static_cast<double>(result.rgb[i]));
    }
    return sum / static_cast<double>(result.rgb.size());
  };
  CHECK(difference(last) < difference(0));
  fs::remove(folder / "run.mp4");  // and the folder of its frames is gone
  for (const std::string& name : folder.files()) CHECK(name.find("run.mp4") != 0);
}

TEST_CASE("a time-lapse that cannot be is refused before the run") {
  const TemporaryFolder folder;
  write_clip(folder, 1);
  check_refused(folder, texture({"--timelapse", "run.avi"}), "use the ending .mp4");
  check_refused(folder, texture({"--timelapse", "none/run.mp4"}), "none");
  CHECK_FALSE(fs::exists(folder / "out.png"));
}

#else

TEST_CASE("without FFmpeg a time-lapse says what is missing") {
  const TemporaryFolder folder;
  write_clip(folder, 1);
  check_refused(folder, texture({"--timelapse", "run.mp4"}), "libavformat-dev");
}

#endif

}  // namespace
}  // namespace vggstyle::test
