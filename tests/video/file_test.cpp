// Videos as files: what is read is what was written, and the sound stays as it is.

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>

#include "runtime/error.h"
#include "tests/support/pictures.h"
#include "tests/video/moving_pictures.h"
#include "tests/video/support.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"
#include "tools/video/files/video_file.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("endings of videos") {
  for (const char* name : {"a.mp4", "a.b.mov", "x/a.mkv", "a.webm"}) CHECK(has_video_ending(name));
  for (const char* name : {"a", "mp4", "a.mp4/", "a.avi", "a.png"}) CHECK(!has_video_ending(name));
}

#ifdef VGGSTYLE_VIDEO_FILE

/// A tone of 16 bits and one channel as a .wav file.
void write_tone(const std::string& path, double seconds) {
  constexpr std::uint32_t kRate = 8000;
  const auto samples = static_cast<std::uint32_t>(seconds * kRate);
  std::string bytes;
  const auto add = [&bytes](std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
  };
  bytes += "RIFF";
  add(36 + 2 * samples, 4);
  bytes += "WAVEfmt ";
  add(16, 4);
  add(1, 2);  // PCM
  add(1, 2);  // channel
  add(kRate, 4);
  add(2 * kRate, 4);  // bytes a second
  add(2, 2);          // bytes a sample
  add(16, 2);
  bytes += "data";
  add(2 * samples, 4);
  for (std::uint32_t i = 0; i < samples; ++i) {
    const double value = 8000 * std::sin(0.3 * i);
    add(static_cast<std::uint32_t>(static_cast<std::int32_t>(value)), 2);
  }
  write_file(path, bytes);
}

/// Of write_clip(), with uneven steps of a hundredth of a second.
Film film_of(const TemporaryFolder& folder, int count) {
  Film film{{}, {1, 100, {}}, ""};
  for (int frame = 0; frame < count; ++frame) {
    film.frames.push_back(folder / ("frames/" + frame_name(frame)));
    film.timing.times.push_back(frame * 8 + frame % 2);
  }
  return film;
}

/// What vggstyle-video-file says that a file holds, by the name of the codec.
nlohmann::json streams_of(const std::string& path) {
  const std::string command =
      std::string(VGGSTYLE_VIDEO_FILE) + " describe '" + path + "' > '" + path + ".txt'";
  REQUIRE(std::system(command.c_str()) == 0);
  const nlohmann::json answer = nlohmann::json::parse(read_file(path + ".txt"));
  REQUIRE_MESSAGE(answer.contains("streams"), answer.dump());
  return answer.at("streams");
}

TEST_CASE("frames that are written are read again, at their times, in every kind of video") {
  const TemporaryFolder folder;
  write_clip(folder, 5);
  const Film film = film_of(folder, 5);
  for (const char* name : {"a.mp4", "a.mov", "a.mkv", "a.webm"}) {
    CAPTURE(name);
    write_video_file(film, folder / name, folder / "film.json");
    CHECK_FALSE(fs::exists(folder / "film.json"));
    const std::string read = folder / (std::string(name) + ".read");
    fs::create_directory(read);
    const Timing timing = read_video_file(folder / name, read, 1000, 1);
    REQUIRE(timing.times.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) {
      const double seconds = static_cast<double>(timing.times[i] - timing.times[0]) *
                             timing.numerator / timing.denominator;
      CHECK(seconds == doctest::Approx(0.01 * static_cast<double>(film.timing.times[i])));
      const std::string picture = read + "/00000" + std::to_string(i + 1) + ".png";
      CHECK(mean_difference(read_picture(picture), read_picture(film.frames[i])) < 8);
    }
    const std::string bytes = read_file(folder / name);
    write_video_file(film, folder / name, folder / "film.json");
    CHECK(read_file(folder / name) == bytes);
  }
  fs::create_directory(folder / "small");
  read_video_file(folder / "a.mkv", folder / "small", 24, 1);
  CHECK(read_picture(folder / "small/000003.png").width == 24);
  CHECK(read_picture(folder / "small/000003.png").height == 20);
}

/// A quarter turn clockwise in the header of an MP4 file, as phones write it.
void write_turn(const std::string& path) {
  std::string bytes = read_file(path);
  const std::size_t track = bytes.find("tkhd");
  REQUIRE(track != std::string::npos);
  constexpr std::size_t kToMatrix = 44;  // rows of three numbers of 4 bytes
  const auto set = [&](std::size_t row, std::size_t column, const char(&value)[5]) {
    bytes.replace(track + kToMatrix + (3 * row + column) * 4, 4, value, 4);
  };
  set(0, 0, {});
  set(0, 1, {0, 1, 0, 0, 0});
  set(1, 0, {'\xFF', '\xFF', 0, 0, 0});
  set(1, 1, {});
  write_file(path, bytes);
}

TEST_CASE("frames of a camera that was held sideways are read upright") {
  const TemporaryFolder folder;
  write_clip(folder, 1);
  const Film film = film_of(folder, 1);
  write_video_file(film, folder / "a.mp4", folder / "film.json");
  write_turn(folder / "a.mp4");
  fs::create_directory(folder / "read");
  read_video_file(folder / "a.mp4", folder / "read", 1000, 1);
  const Picture read = read_picture(folder / "read/000001.png");
  const Picture stored = read_picture(film.frames[0]);
  REQUIRE(read.width == stored.height);
  REQUIRE(read.height == stored.width);
  Picture turned_back = Picture::black(stored.height, stored.width);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < stored.height; ++y) {
      for (int x = 0; x < stored.width; ++x) {
        turned_back.plane(c)[y * stored.width + x] =
            read.plane(c)[x * read.width + read.width - 1 - y];
      }
    }
  }
  CHECK(mean_difference(turned_back, stored) < 8);
}

TEST_CASE("a list of frames that cannot be written is told by its name") {
  const TemporaryFolder folder;
  write_clip(folder, 2);
  const Film film = film_of(folder, 2);
  fs::create_symlink("/dev/full", fs::path(folder / "full.json"));
  const auto told = [&](const std::string& scratch) {
    try {
      write_video_file(film, folder / "a.mp4", scratch);
    } catch (const InternalError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string full = told(folder / "full.json"), missing = told(folder / "none/film.json");
  CHECK(full.find("full.json', which says what") != std::string::npos);
  CHECK(full.find("No space left on device") != std::string::npos);
  CHECK(missing.find("none/film.json', which says what") != std::string::npos);
  CHECK(missing.find("No such file or directory") != std::string::npos);
  CHECK_FALSE(fs::exists(folder / "a.mp4"));
}

TEST_CASE("a last odd row and column are left out") {
  const TemporaryFolder folder;
  Film film{{folder / "odd.png"}, {1, 25, {0}}, ""};
  write_png(film.frames[0], wall(33, 21, 0, 0), 8);
  write_video_file(film, folder / "odd.mp4", folder / "film.json");
  const nlohmann::json stream = streams_of(folder / "odd.mp4")[0];
  CHECK(stream.at("width") == 32);
  CHECK(stream.at("height") == 20);
}

#ifdef VGGSTYLE_OPENCV

TEST_CASE("a video becomes a video: its times, its sound byte by byte, no frames left") {
  const TemporaryFolder folder;
  write_clip(folder, 3);
  write_tone(folder / "tone.wav", 0.3);
  Film film = film_of(folder, 3);
  film.sound = folder / "tone.wav";
  write_video_file(film, folder / "in.mkv", folder / "film.json");
  const nlohmann::json before = streams_of(folder / "in.mkv");
  REQUIRE(before.size() == 2);
  REQUIRE(before[1].at("codec") == "pcm_s16le");
  REQUIRE(before[1].at("packets") > 1);

  Arguments command = small_video({"--iterations", "2"});
  command[1] = "in.mkv";
  command[4] = "out.mkv";
  command.erase(command.begin() + 11, command.begin() + 13);  // the other --iterations
  const Outcome outcome = run_tool(folder, command);
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.err.find("wrote out.mkv: 3 frames, flicker ") != std::string::npos);
  const nlohmann::json after = streams_of(folder / "out.mkv");
  REQUIRE(after.size() == 2);
  CHECK(after[1] == before[1]);
  CHECK(after[0].at("packets") == 3);
  CHECK(after[0].at("last") == before[0].at("last"));
  CHECK_FALSE(fs::exists(folder / "out.mkv.frames"));

  command[4] = "kept.mov";
  REQUIRE(run_tool(folder, command + Arguments{"--keep-frames"}).exit_code == 0);
  CHECK(fs::exists(folder / "kept.mov.frames/000003.png"));
  CHECK_FALSE(fs::exists(folder / "kept.mov.frames/records/source"));
  CHECK(streams_of(folder / "kept.mov")[1].at("checksum") == before[1].at("checksum"));
  const std::string bytes = read_file(folder / "kept.mov");
  const Outcome again = run_tool(folder, command + Arguments{"--keep-frames"});
  CHECK(count_lines(again.err) == 1);  // nothing was made again
  CHECK(read_file(folder / "kept.mov") == bytes);

  command[4] = "out.webm";
  check_refused(folder, command, "the sound of 'in.mkv' is pcm_s16le");
  CHECK_FALSE(fs::exists(folder / "out.webm.frames"));
}

TEST_CASE("a folder becomes a video at the rate that is asked for") {
  const TemporaryFolder folder;
  write_clip(folder, 3);
  Arguments command = small_video();
  command[4] = "out.mp4";
  REQUIRE(run_tool(folder, command + Arguments{"--rate", "12.5", "--keep-frames"}).exit_code == 0);
  CHECK(streams_of(folder / "out.mp4")[0].at("last") == doctest::Approx(0.16));
  REQUIRE(run_tool(folder, command).exit_code == 0);
  CHECK(streams_of(folder / "out.mp4")[0].at("last") == doctest::Approx(0.08));
}

TEST_CASE("videos that cannot be read or written are refused in one sentence") {
  const TemporaryFolder folder;
  write_clip(folder, 3);
  write_tone(folder / "tone.wav", 0.1);
  write_video_file(film_of(folder, 3), folder / "in.mkv", folder / "film.json");
  const auto refused = [&](const std::string& input, const std::string& output,
                           const std::string& expected, const Arguments& more = {}) {
    CAPTURE(input);
    Arguments command = small_video(more);
    command[1] = input;
    command[4] = output;
    check_refused(folder, command, expected);
    CHECK_FALSE(fs::exists(folder / "out.mkv"));
  };
  refused("none.mp4", "out.mkv", "there is no folder and no video 'none.mp4'");
  refused("tone.wav", "out.mkv", "'tone.wav' has no video in it");
  write_file(folder / "text.mp4", "no video, but words of some length, as they are found in files");
  refused("text.mp4", "out.mkv", "'text.mp4' cannot be read as a video");
  const std::string whole = read_file(folder / "in.mkv");
  write_file(folder / "short.mkv", whole.substr(0, 300));
  refused("short.mkv", "out.mkv", "'short.mkv'");
  write_png(folder / "large.png", Picture::black(1200, 900), 8);
  write_video_file({{folder / "large.png"}, {1, 25, {0}}, ""}, folder / "large.mkv",
                   folder / "film.json");
  refused("large.mkv", "out.mkv", "--max-megapixels", {"--max-megapixels", "1"});
  refused("in.mkv", "in.mkv", "both what is read and what is to be written");
  refused("in.mkv", "none/out.mkv", "none");
  refused("in.mkv", "out.mkv", "--bits", {"--bits", "16"});
  refused("in.mkv", "out.mkv", "--rate", {"--rate", "0"});
}

#endif
#else

TEST_CASE("without FFmpeg a sentence says what is missing") {
  CHECK_THROWS_AS(check_video_file("a.mp4", ""), InputError);
}

#endif

}  // namespace
}  // namespace vggstyle::test
