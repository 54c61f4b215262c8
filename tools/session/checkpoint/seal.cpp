#include "tools/session/checkpoint/seal.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <vector>

#include "runtime/error.h"

namespace vggstyle {
namespace {

constexpr std::size_t kLineBytes = 64;
constexpr std::string_view kKind = "vggstyle checkpoint: ";

/// The checksum of the first `bytes` bytes, or of as many as there are.
std::string checksum(std::ifstream& file, const std::string& path, std::uintmax_t bytes) {
  std::vector<char> piece(1U << 20U);
  uLong sum = 0;
  std::uintmax_t read = 0;
  while (read < bytes && file) {
    file.read(piece.data(),
              static_cast<std::streamsize>(std::min<std::uintmax_t>(piece.size(), bytes - read)));
    const auto count = static_cast<std::size_t>(file.gcount());
    sum = ::crc32_z(sum, reinterpret_cast<const unsigned char*>(piece.data()), count);
    read += count;
  }
  if (file.bad()) throw InputError(fmt::format("cannot read '{}': the disk failed", path));
  return fmt::format("{} bytes, {:08x}", read, sum);
}

std::ifstream open_for_reading(const std::string& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!file || !std::filesystem::is_regular_file(path, error)) {
    throw InputError(fmt::format("cannot read '{}': is it a file that exists?", path));
  }
  return file;
}

std::string line_for(const std::string& checksum) {
  return fmt::format("{:<{}}\n", std::string(kKind) + checksum, kLineBytes - 1);
}

}  // namespace

std::string checksum_of_file(const std::string& path) {
  std::ifstream file = open_for_reading(path);
  return checksum(file, path, UINTMAX_MAX);
}

void seal(const std::string& path, const std::string& name) {
  const std::string line = line_for(checksum_of_file(path));
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file << line;
  file.close();
  if (!file) throw InternalError(fmt::format("cannot write '{}': is the disk full?", name));
}

Seal seal_of(const std::string& path) {
  std::ifstream file = open_for_reading(path);
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size < kLineBytes) return Seal::kNone;
  const std::uintmax_t bytes = size - kLineBytes;
  const std::string sum = checksum(file, path, bytes);
  std::string line(kLineBytes, '\0');
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  if (!file || !line.starts_with(kKind)) return Seal::kNone;
  return line == line_for(sum) ? Seal::kWhole : Seal::kBroken;
}

}  // namespace vggstyle
