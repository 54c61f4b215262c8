#include "tests/tool/support.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "tools/contrive/contrive.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace fs = std::filesystem;

namespace {

// Outside the working folder, which the tests look at.
std::string stream_path(const TemporaryFolder& folder, const char* stream) {
  return folder.path().string() + "-" + stream;
}

void redirect(const std::string& path, int descriptor) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(126);
  ::close(file);
}

[[noreturn]] void become_tool(const TemporaryFolder& folder, const Arguments& arguments) {
  redirect(stream_path(folder, "out"), STDOUT_FILENO);
  redirect(stream_path(folder, "err"), STDERR_FILENO);
  if (::chdir(folder.path().c_str()) != 0) ::_exit(126);
  ::unsetenv("VGGSTYLE_WEIGHTS");
  ::setenv("XDG_DATA_HOME", folder.path().c_str(), 1);
  std::vector<char*> argv = {const_cast<char*>("vggstyle")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execv(VGGSTYLE_TOOL, argv.data());
  ::_exit(127);
}

}  // namespace

ToolProcess::ToolProcess(const TemporaryFolder& folder, const Arguments& arguments)
    : folder_(folder), pid_(::fork()) {
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) become_tool(folder, arguments);
}

ToolProcess::~ToolProcess() {
  if (!running_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Outcome ToolProcess::wait() {
  int status = 0;
  REQUIRE(::waitpid(pid_, &status, 0) == pid_);
  running_ = false;
  Outcome outcome;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = read_file(stream_path(folder_, "out"));
  outcome.err = read_file(stream_path(folder_, "err"));
  fs::remove(stream_path(folder_, "out"));
  fs::remove(stream_path(folder_, "err"));
  return outcome;
}

Outcome run_tool(const TemporaryFolder& folder, const Arguments& arguments) {
  return ToolProcess(folder, arguments).wait();
}

Arguments operator+(Arguments first, const Arguments& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

void check_refused(const TemporaryFolder& folder, const Arguments& arguments,
                   const std::string& expected) {
  CAPTURE(arguments);
  const Outcome outcome = run_tool(folder, arguments);
  INFO(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.rfind("vggstyle: error: ", 0) == 0);
  CHECK(count_lines(outcome.err) == 1);
  CHECK(outcome.err.find(expected) != std::string::npos);
}

void write_pictures(const TemporaryFolder& folder) {
  write_png(folder / "content.png", contrive("scene", 40, 30, 1), 8);
  write_png(folder / "style.png", contrive("strokes", 36, 36, 2), 8);
}

Arguments small_transfer() {
  return {"transfer",
          "content.png",
          "style.png",
          "--weights",
          "synthetic",
          "--style-layers",
          "conv1_1,conv2_1",
          "--content-layers",
          "conv2_1",
          "--iterations",
          "8",
          "--threads",
          "1"};
}

void wait_until(const std::function<bool()>& happened) {
  for (int i = 0; i < 6000 && !happened(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  REQUIRE(happened());
}

std::vector<nlohmann::json> read_log(const std::string& path) {
  std::vector<nlohmann::json> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::string picture_bytes(const TemporaryFolder& folder, const Arguments& arguments) {
  const Outcome outcome = run_tool(folder, arguments + Arguments{"-o", "out.png"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  return read_file(folder / "out.png");
}

}  // namespace vggstyle::test
