#include "weights/reader/run_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <filesystem>
#include <optional>

#include "runtime/error.h"
#include "weights/reader/protocol.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

/// Beside this program, as it is installed, or where it was built; else, for programs that embed an installed engine,
/// its name alone, to be found in $PATH.
fs::path reader_program() {
  const fs::path built = VGGSTYLE_READER;
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const fs::path beside = here.parent_path() / built.filename();
    if (fs::exists(beside, error)) return beside;
  }
  return fs::exists(built, error) ? built : built.filename();
}

/// The end of a pipe, closed with it.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

/// How the program starts: its output is the pipe, its messages go nowhere, and no signal is blocked or ignored.
class SpawnSettings {
 public:
  explicit SpawnSettings(int output) {
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&files_);
  }
  const posix_spawn_file_actions_t* files() const { return &files_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

/// It is not the file's fault.
[[noreturn]] void cannot_read(const std::string& path, const std::string& reason) {
  throw InternalError(fmt::format("cannot read '{}': {}", path, reason));
}

/// From a pipe, until `size` bytes are there or the other end is closed.
std::size_t receive(int descriptor, void* data, std::size_t size) {
  std::size_t received = 0;
  while (received < size) {
    const ssize_t count = ::read(descriptor, static_cast<char*>(data) + received, size - received);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    received += static_cast<std::size_t>(count);
  }
  return received;
}

/// A child process, which is waited for in any case.
class Child {
 public:
  Child() = default;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { wait(); }
  void is(pid_t process) { process_ = process; }
  /// Its status.
  int wait() {
    while (process_ != 0 && ::waitpid(process_, &status_, 0) < 0 && errno == EINTR) continue;
    process_ = 0;
    return status_;
  }

 private:
  pid_t process_ = 0;
  int status_ = 0;
};

}  // namespace

std::string read_rest(const ReadBytes& read) {
  std::string bytes;
  std::array<char, 65536> buffer;
  while (const std::size_t count = read(buffer.data(), buffer.size())) {
    bytes.append(buffer.data(), count);
  }
  return bytes;
}

void run_reader(std::string_view command, const std::string& path, const LoadOptions& options,
                const std::function<void(const ReadBytes&)>& take) {
  Child child;  // is waited for behind the pipe's end, so that it is not waiting for us
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) cannot_read(path, std::strerror(errno));
  Descriptor from_reader(ends[0]);
  Descriptor to_us(ends[1]);
  constexpr int kPipeBytes = 1 << 20;  // fewer changes between two processes; or as many as before
  ::fcntl(ends[0], F_SETPIPE_SZ, kPipeBytes);

  std::string program = reader_program().string();
  std::array<std::string, 4> arguments = {
      std::string(command), path, std::string(options.model ? model_name(*options.model) : ""),
      std::string(options.preprocessing ? name_of(*options.preprocessing) : "")};
  std::array<char*, 6> argv = {program.data(),      arguments[0].data(), arguments[1].data(),
                               arguments[2].data(), arguments[3].data(), nullptr};
  const SpawnSettings settings(to_us.number());
  pid_t process = 0;
  const int failure = ::posix_spawnp(&process, program.c_str(), settings.files(),
                                     settings.attributes(), argv.data(), environ);
  if (failure != 0) {
    throw InternalError(fmt::format(
        "cannot start '{}', which reads weights: {}; install vggstyle again, or put the "
        "file beside this program or into a folder of $PATH",
        program, std::strerror(failure)));
  }
  to_us.close();
  child.is(process);
  const ReadBytes read = [&](void* data, std::size_t size) {
    return receive(from_reader.number(), data, size);
  };
  char kind = 0;
  const bool answered = read(&kind, 1) == 1;
  std::string message;
  std::exception_ptr incomplete;
  if (answered && kind == kReaderResult) {
    try {
      take(read);
    } catch (const InternalError&) {
      incomplete = std::current_exception();  // if it crashed, that is what is to be said
    }
  } else {
    message = read_rest(read);
  }
  from_reader.close();  // so that it ends, should it go on sending
  const int status = child.wait();
  constexpr int kNotStarted =
      127;  // by the loader: no memory, no descriptors, a library is missing
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotStarted) {
    cannot_read(path, fmt::format("'{}' does not start: a library is missing, or a limit on memory "
                                  "or open files is too low",
                                  program));
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || !answered) {
    throw InputError(fmt::format("'{}' is damaged beyond reading; get the file again", path));
  }
  if (kind == kReaderInputError) throw InputError(message);
  if (kind == kReaderNoMemory) cannot_read(path, "not enough memory is allowed (ulimit -v)");
  if (incomplete) std::rethrow_exception(incomplete);
}

}  // namespace vggstyle
