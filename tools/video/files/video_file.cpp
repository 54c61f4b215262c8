#include "tools/video/files/video_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "runtime/error.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

#ifdef VGGSTYLE_VIDEO_FILE

/// Beside this program, as it is installed, or where it was built.
std::string program_path() {
  const fs::path built = VGGSTYLE_VIDEO_FILE;
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = here.parent_path() / built.filename();
  return (!error && fs::exists(beside, error) ? beside : built).string();
}

/// What a process prints until it ends; false if it crashed or could not be waited for.
bool run(std::vector<std::string> words, std::string& output) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw InternalError(std::strerror(errno));
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t process = 0;
  const int failure =
      ::posix_spawn(&process, words.front().c_str(), &files, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::close(ends[1]);
  std::array<char, 65536> buffer;
  for (ssize_t count = 1; failure == 0 && count != 0;) {
    count = ::read(ends[0], buffer.data(), buffer.size());
    if (count < 0 && errno != EINTR) break;
    if (count > 0) output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  if (failure != 0) {
    throw InternalError(
        fmt::format("cannot start '{}', which reads and writes videos: {}; install vggstyle again",
                    words.front(), std::strerror(failure)));
  }
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// `path` is the file that an error is about.
Json ask(std::vector<std::string> words, const std::string& path) {
  words.insert(words.begin(), program_path());
  std::string output;
  const bool ended = run(std::move(words), output);
  const Json answer = Json::parse(output, nullptr, false);
  if (!ended || answer.is_discarded()) {
    throw InputError(
        fmt::format("FFmpeg's libraries crash on '{}': the file is damaged, or they are", path));
  }
  if (!answer.contains("error")) return answer;
  const std::string error = answer.at("error");
  if (answer.at("is_input")) throw InputError(error);
  throw InternalError(error);
}

#else

Json ask(const std::vector<std::string>&, const std::string& path) {
  throw InputError(fmt::format(
      "'{}' cannot be read or written as a video, since this program was built without FFmpeg: "
      "install libavformat-dev, libavcodec-dev, libavutil-dev and libswscale-dev and build it "
      "again, or give folders of frames",
      path));
}

#endif

/// InternalError if the file is not whole.
void write_scratch(const std::string& scratch, const std::string& text, const std::string& video) {
  errno = 0;
  std::ofstream file(scratch);
  file << text;
  file.close();
  if (file) return;
  throw InternalError(fmt::format(
      "cannot write '{}', which says what '{}' is made of: {}; make room there, or allow writing, "
      "and run the same command again",
      scratch, video, std::strerror(errno != 0 ? errno : EIO)));
}

}  // namespace

bool has_video_ending(const std::string& path) {
  constexpr std::array<const char*, 4> kEndings = {".mp4", ".mov", ".mkv", ".webm"};
  const std::string ending = fs::path(path).extension().string();
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

Timing read_video_file(const std::string& path, const std::string& folder, int longest,
                       int max_megapixels) {
  const Json answer =
      ask({"read", path, folder, std::to_string(longest), std::to_string(max_megapixels)}, path);
  return {answer.at("numerator"), answer.at("denominator"), answer.at("times")};
}

void check_video_file(const std::string& path, const std::string& sound) {
  ask({"check", path, sound}, path);
}

void write_video_file(const Film& film, const std::string& path, const std::string& scratch) {
  const Json json = {{"frames", film.frames},
                     {"numerator", film.timing.numerator},
                     {"denominator", film.timing.denominator},
                     {"times", film.timing.times},
                     {"sound", film.sound}};
  write_scratch(scratch, json.dump(), path);
  ask({"write", scratch, path}, path);
  std::error_code ignored;
  fs::remove(scratch, ignored);
}

}  // namespace vggstyle
