// The command on small frames: what it makes, keeps and refuses.

#include <doctest/doctest.h>

#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "tests/video/support.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"
#include "tools/video/frame_files.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("natural order: numbers in names count by their value") {
  for (const auto& pair :
       {std::pair("f9.png", "f10.png"), std::pair("f09.png", "f10.png"),
        std::pair("a2b10", "a10b2"), std::pair("f1.png", "f1a.png"), std::pair("f02", "f2"),
        std::pair("a", "b"), std::pair("f99999999999999999998", "f99999999999999999999")}) {
    CAPTURE(std::string(pair.first));
    CHECK(comes_before(pair.first, pair.second));
    CHECK_FALSE(comes_before(pair.second, pair.first));
  }
  CHECK_FALSE(comes_before("f1", "f1"));
}

#ifdef VGGSTYLE_OPENCV

TEST_CASE("frames are painted in natural order, and flicker less than on their own") {
  const TemporaryFolder folder;
  write_clip(folder);
  const Outcome held = run_tool(folder, small_video());
  REQUIRE_MESSAGE(held.exit_code == 0, held.err);
  CHECK(has(held.err, "3 frames of 48x40\n"));
  CHECK(has(held.err, "wrote painted: 3 frames, flicker "));
  for (int frame = 0; frame < 3; ++frame) {
    const Picture picture = read_picture(folder / ("painted/" + frame_name(frame)));
    CHECK(picture.width == 48);
    CHECK(picture.height == 40);
    CHECK(fs::exists(folder / ("painted/records/frame" + std::to_string(8 + frame) + ".json")));
  }
  // The first frame is what transfer makes.
  Arguments transfer = small_video();
  transfer[0] = "transfer";
  transfer[1] = "frames/" + frame_name(0);
  transfer[4] = "first.png";
  REQUIRE(run_tool(folder, transfer).exit_code == 0);
  CHECK(read_picture(folder / "first.png").rgb ==
        read_picture(folder / ("painted/" + frame_name(0))).rgb);

  Arguments independent = small_video({"--independent"});
  independent[4] = "alone";
  const Outcome alone = run_tool(folder, independent);
  REQUIRE_MESSAGE(alone.exit_code == 0, alone.err);
  CHECK(flicker_told(held.err) < 0.5 * flicker_told(alone.err));
}

TEST_CASE("the temporal loss holds a frame to the last one, not its start alone") {
  const TemporaryFolder folder;
  write_clip(folder, 2);
  const auto flicker = [&](const std::string& weight) {
    const Outcome outcome =
        run_tool(folder, small_video({"--frame-iterations", "20", "--temporal-weight", weight}));
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return flicker_told(outcome.err);
  };
  const double loose = flicker("0"), held = flicker("10"), tight = flicker("1000");
  CHECK(held < 0.7 * loose);
  CHECK(tight < 0.3 * held);
}

TEST_CASE("what is done is kept, the rest comes out the same, and other settings make it again") {
  const TemporaryFolder folder;
  write_clip(folder);
  const auto bytes = [&](int frame) {
    return read_file(folder / ("painted/" + frame_name(frame)));
  };
  const auto time = [&](int frame) {
    return fs::last_write_time(folder / ("painted/" + frame_name(frame)));
  };
  REQUIRE(run_tool(folder, small_video()).exit_code == 0);
  const std::string second = bytes(1), third = bytes(2);
  const auto before = time(0);
  const Outcome again = run_tool(folder, small_video());
  CHECK(again.exit_code == 0);
  CHECK(count_lines(again.err) == 1);
  CHECK(has(again.err, "wrote painted: 3 frames, flicker "));
  fs::remove(folder / ("painted/" + frame_name(1)));
  fs::remove(folder / ("painted/records/frame10.json"));
  const Outcome rest = run_tool(folder, small_video({"--threads", "1"}));
  CHECK(has(rest.err, "2 frames of 48x40 (1 more are there)"));
  CHECK(bytes(1) == second);
  CHECK(bytes(2) == third);
  CHECK(time(0) == before);
  for (const Arguments& change :
       {Arguments{"--temporal-weight", "3"}, Arguments{"--frame-iterations", "5"}}) {
    CAPTURE(change.front());
    CHECK(has(run_tool(folder, small_video(change)).err, "2 frames of 48x40 (1 more are there)"));
    CHECK(time(0) == before);
    CHECK(bytes(1) != second);
  }
  CHECK(has(run_tool(folder, small_video({"--seed", "1"})).err, "3 frames of 48x40\n"));
}

TEST_CASE("an interrupted video keeps what is done") {
  const TemporaryFolder folder;
  write_clip(folder);
  ToolProcess tool(folder, small_video({"--frame-iterations", "500000", "--optimizer", "adam"}));
  for (int i = 0; i < 6000 && !fs::exists(folder / "painted/records/frame8.json"); ++i) {
    ::usleep(5000);
  }
  REQUIRE(fs::exists(folder / "painted/records/frame8.json"));
  ::kill(tool.pid(), SIGINT);
  const Outcome stopped = tool.wait();
  CHECK(stopped.exit_code == 130);
  CHECK(has(stopped.err, "interrupted with 1 of 3 frames made; run the same command again"));
  CHECK_FALSE(fs::exists(folder / "painted/frame9.png"));
}

TEST_CASE("every normalisation and colour mode has frames, and quiet is quiet") {
  const TemporaryFolder folder;
  write_clip(folder, 2);
  for (const Arguments& options :
       {Arguments{"--normalization", "gatys", "--color", "luminance"},
        Arguments{"--normalization", "neural-style", "--scales", "2"},
        Arguments{"--normalization", "tutorial", "--content-mask", "luma:0-0.5", "--bits", "16"}}) {
    CAPTURE(options[1]);
    fs::remove_all(folder / "painted");
    const Outcome outcome = run_tool(folder, small_video(options + Arguments{"--quiet"}));
    CHECK_MESSAGE(outcome.exit_code == 0, outcome.err);
    CHECK(outcome.err.empty());
    CHECK(fs::exists(folder / "painted/frame9.png"));
  }
}

TEST_CASE("what cannot be is said in one sentence") {
  const TemporaryFolder folder;
  write_clip(folder, 2);
  const auto with = [](const std::string& input, const std::string& output) {
    Arguments arguments = small_video();
    arguments[1] = input;
    arguments[4] = output;
    return arguments;
  };
  check_refused(folder, with("none", "painted"), "there is no folder and no video 'none'");
  check_refused(folder, with("frames", "frames"), "both what is read and what is to be written");
  fs::create_directory(folder / "empty");
  check_refused(folder, with("empty", "painted"), "has no pictures");
  check_refused(folder, small_video({"--temporal-weight", "-1"}), "--temporal-weight");
  check_refused(folder, small_video({"--frame-iterations", "0"}), "--frame-iterations");
  check_refused(folder, small_video({"--independent", "--temporal-weight", "1"}), "--independent");
  check_refused(folder, small_video({"--independent", "--frame-iterations", "1"}), "--independent");
  check_refused(folder, {"video", "frames", "-", "-o", "painted"}, "standard input");
  check_refused(folder, small_video({"--size", "12"}), "too small to see what moves");
  write_png(folder / "frames/frame20.png", Picture::black(40, 48), 8);
  check_refused(folder, small_video({"--quiet"}), "all frames of a video have one size");
  fs::create_directory(folder / "theirs");
  write_png(folder / "theirs/frame8.png", Picture::black(4, 4), 8);
  check_refused(folder, with("frames", "theirs"), "is not ours");
}

#else

TEST_CASE("without OpenCV the command says what is missing") {
  const TemporaryFolder folder;
  write_clip(folder);
  check_refused(folder, small_video(), "libopencv-video-dev");
}

#endif

}  // namespace
}  // namespace vggstyle::test
