// vggstyle-read-weights COMMAND FILE MODEL PREPROCESSING: reads a weights file for run_reader(), so that a
// hostile one ends this process and no other. COMMAND is "load" or "describe"; MODEL and PREPROCESSING
// may be empty. Sends a byte of protocol.h and the result to standard output. Exit status: 0 if it sent
// an answer.

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "runtime/error.h"
#include "weights/reader/describe.h"
#include "weights/reader/packed.h"
#include "weights/reader/protocol.h"
#include "weights/reader/read.h"

namespace vggstyle {
namespace {

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

/// Whether what a file may need is allowed to us at all.
bool memory_is_short = false;

/// Some twenty times what a whole file takes: a damaged one can make the library go round in circles.
rlim_t seconds_for(const std::string& path) {
  constexpr rlim_t kLeast = 10, kBytesASecond = 10'000'000;
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  return kLeast + (error ? 0 : bytes / kBytesASecond);
}

/// A crash here is an answer: no core file. Ctrl-C goes to every process of a terminal: whoever asked decides what it means.
void prepare() {
  constexpr rlim_t kMemory = rlim_t{1} << 30;
  limit(RLIMIT_CORE, 0);
  if (const rlim_t now = address_space(); kLimitMemory && now != 0) {
    rlimit allowed{};
    memory_is_short = ::getrlimit(RLIMIT_AS, &allowed) == 0 && allowed.rlim_cur < now + kMemory;
    limit(RLIMIT_AS, std::min(now + kMemory, allowed.rlim_cur));
  }
  std::signal(SIGINT, SIG_IGN);
  // Memory that one layer gives back is the next one's: from the system it would come page by page.
  constexpr int kLargest = 1 << 26;
  ::mallopt(M_MMAP_THRESHOLD, kLargest);
  ::mallopt(M_TRIM_THRESHOLD, 2 * kLargest);
}

bool send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Does what `command` says; nothing is sent before the file has been read. Whether all was sent.
bool answer(std::string_view command, const std::string& path, const LoadOptions& options) {
  if (command != "load") {
    const std::string description = describe_weights(path, options);
    return send({&kReaderResult, 1}) && send(description);
  }
  const NetworkWeights weights = read_weights(path, options).weights;
  bool sent = send({&kReaderResult, 1});
  pack_weights(weights, [&](const void* data, std::size_t size) {
    sent = sent && send({static_cast<const char*>(data), size});
  });
  return sent;
}

bool run(std::span<char*> arguments) {
  if (arguments.size() != 5) return false;
  limit(RLIMIT_CPU, seconds_for(arguments[2]));
  const std::string model = arguments[3];
  const std::string preprocessing = arguments[4];
  LoadOptions options;
  if (!model.empty()) options.model = parse_model(model);
  if (!preprocessing.empty()) options.preprocessing = parse_preprocessing(preprocessing);
  try {
    return answer(arguments[1], arguments[2], options);
  } catch (const InputError& error) {
    return send({&kReaderInputError, 1}) && send(error.what());
  } catch (...) {  // out of memory, above all
    return memory_is_short && send({&kReaderNoMemory, 1});
  }
}

}  // namespace
}  // namespace vggstyle

int main(int argc, char** argv) {
  vggstyle::prepare();
  return vggstyle::run({argv, static_cast<std::size_t>(argc)}) ? 0 : 1;
}
