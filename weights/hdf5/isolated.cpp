#include "weights/hdf5/isolated.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string_view>

#include "runtime/error.h"

namespace vggstyle {
namespace {

// The first byte of what the child sends.
constexpr char kResult = 'R';
constexpr char kInputError = 'E';

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitMemory = false;  // the sanitizer's shadow is larger than any limit
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kLimitMemory = false;
#else
constexpr bool kLimitMemory = true;
#endif
#else
constexpr bool kLimitMemory = true;
#endif

/// Bytes of address space in use; 0 if unknown.
rlim_t address_space() {
  std::ifstream status("/proc/self/statm");
  rlim_t pages = 0;
  status >> pages;
  return status ? pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

void limit(decltype(RLIMIT_CPU) resource, rlim_t value) {
  rlimit current{};
  if (::getrlimit(resource, &current) != 0) return;
  current.rlim_cur = std::min(current.rlim_max, value);
  ::setrlimit(resource, &current);
}

/// A crash here is an answer, not an event: no core file, no handler, no message.
void prepare_child() {
  constexpr rlim_t kMemory = rlim_t{1} << 30;
  constexpr rlim_t kSeconds = 120;
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, kSeconds);
  if (const rlim_t now = address_space(); kLimitMemory && now != 0) limit(RLIMIT_AS, now + kMemory);
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGINT, SIGTERM}) {
    std::signal(signal, SIG_DFL);
  }
  if (const int null = ::open("/dev/null", O_WRONLY); null >= 0) ::dup2(null, STDERR_FILENO);
}

bool send(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::write(descriptor, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Leaves without destructors or exit handlers: those belong to the parent.
[[noreturn]] void run_child(int descriptor, const std::function<std::string()>& action) {
  prepare_child();
  bool sent = false;
  try {
    const std::string result = action();
    sent = send(descriptor, {&kResult, 1}) && send(descriptor, result);
  } catch (const InputError& error) {
    sent = send(descriptor, {&kInputError, 1}) && send(descriptor, error.what());
  } catch (...) {  // out of memory, above all
  }
  ::_exit(sent ? 0 : 1);
}

std::string receive(int descriptor) {
  std::string bytes;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

std::string run_isolated(const std::string& path, const std::function<std::string()>& action) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw InternalError("cannot make a pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    run_child(ends[1], action);
  }
  ::close(ends[1]);
  if (child < 0) {
    ::close(ends[0]);
    throw InternalError("cannot start a process to read '" + path + "'");
  }
  std::string bytes = receive(ends[0]);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || bytes.empty()) {
    throw InputError(fmt::format("'{}' is damaged beyond reading; get the file again", path));
  }
  const char tag = bytes.front();
  bytes.erase(0, 1);
  if (tag == kInputError) throw InputError(bytes);
  return bytes;
}

}  // namespace vggstyle
