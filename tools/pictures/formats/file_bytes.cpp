#include "tools/pictures/formats/file_bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "runtime/error.h"
#include "runtime/standard_streams.h"

namespace vggstyle {
namespace {

constexpr std::size_t kFirstBlock = std::size_t{1} << 16;

[[noreturn]] void cannot_read(const std::string& path, int error) {
  throw InputError(
      fmt::format("cannot read '{}': {}", path, std::generic_category().message(error)));
}

std::FILE* open_standard_input() {
  if (::isatty(STDIN_FILENO) != 0) {
    throw InputError(
        "cannot read '-': standard input is a terminal; send a picture into it, as in "
        "'cat photo.jpg | vggstyle ...', or name a file");
  }
  const int own = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
  return own < 0 ? nullptr : ::fdopen(own, "rb");
}

}  // namespace

std::vector<std::uint8_t> read_file_bytes(const std::string& path, std::size_t max_bytes) {
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(
      is_standard_stream(path) ? open_standard_input() : std::fopen(path.c_str(), "rbe"), close);
  if (file == nullptr && (errno == ENOENT || errno == ENOTDIR)) {
    throw InputError(fmt::format("there is no file '{}'", path));
  }
  if (file == nullptr) cannot_read(path, errno);
  struct stat status {};
  if (::fstat(::fileno(file.get()), &status) != 0) cannot_read(path, errno);
  if (S_ISDIR(status.st_mode)) {
    throw InputError(fmt::format("'{}' is a folder; name a picture in it", path));
  }

  // One byte more than the size, so that the end is noticed without growing. A pipe says 0.
  const auto announced = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
  std::vector<std::uint8_t> bytes(std::min(std::max(announced + 1, kFirstBlock), max_bytes + 1));
  std::size_t size = 0;
  while (true) {
    size += std::fread(bytes.data() + size, 1, bytes.size() - size, file.get());
    if (size > max_bytes) {
      throw InputError(
          fmt::format("'{}' is larger than {} MB; name a picture, or allow more "
                      "(--max-megapixels)",
                      path, max_bytes / 1'000'000));
    }
    if (size < bytes.size()) break;
    bytes.resize(std::min(2 * bytes.size(), max_bytes + 1));
  }
  if (std::ferror(file.get()) != 0) cannot_read(path, errno);
  bytes.resize(size);
  return bytes;
}

}  // namespace vggstyle
