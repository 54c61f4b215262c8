#include "weights/safetensors/safetensors_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "runtime/error.h"
#include "weights/half.h"

namespace vggstyle {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint64_t kSizeBytes = 8;
constexpr std::uint64_t kMostHeaderBytes = 100'000'000;  // as the format says

[[noreturn]] void refuse(const std::string& path, std::string_view reason) {
  throw InputError(fmt::format(
      "'{}' is a damaged or truncated safetensors file ({}); get the file again", path, reason));
}

std::string read_header(const std::string& path, std::uint64_t file_bytes) {
  std::ifstream file(path, std::ios::binary);
  std::uint64_t size = 0;
  file.read(reinterpret_cast<char*>(&size), sizeof size);
  if (!file || size > kMostHeaderBytes || size > file_bytes - kSizeBytes) {
    refuse(path, "its header is longer than the file");
  }
  std::string header(size, '\0');
  file.read(header.data(), static_cast<std::streamsize>(size));
  if (!file) refuse(path, "its header cannot be read");
  return header;
}

/// Whether it is a list of whole numbers of 0 or more; the library would convert others.
bool has_whole_numbers(const nlohmann::json& list) {
  return list.is_array() &&
         std::ranges::all_of(list, [](const auto& number) { return number.is_number_unsigned(); });
}

/// Numbers of `Stored` as float.
template <typename Stored, typename Convert>
std::vector<float> converted(const std::vector<char>& bytes, Convert convert) {
  std::vector<Stored> stored(bytes.size() / sizeof(Stored));
  std::memcpy(stored.data(), bytes.data(), stored.size() * sizeof(Stored));
  std::vector<float> values(stored.size());
  std::ranges::transform(stored, values.begin(), convert);
  return values;
}

float bfloat_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// Bytes of a number; 0 for a type that is not read.
std::uint64_t bytes_of(std::string_view type) {
  return type == "F32" ? 4 : type == "F16" || type == "BF16" ? 2 : 0;
}

}  // namespace

bool SafetensorsFile::is(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::ifstream file(path, std::ios::binary);
  std::array<char, kSizeBytes + 1> head{};
  file.read(head.data(), head.size());
  // A header of less than 2^40 bytes.
  return file && head[kSizeBytes] == '{' &&
         std::ranges::all_of(std::span(head).subspan(5, 3), [](char c) { return c == 0; });
}

SafetensorsFile::SafetensorsFile(const std::string& path) : path_(path) {
  const std::uint64_t file_bytes = std::filesystem::file_size(path);
  const std::string header = read_header(path, file_bytes);
  const std::uint64_t numbers = kSizeBytes + header.size();
  try {
    const nlohmann::json json = nlohmann::json::parse(header);
    for (const auto& [name, entry] : json.items()) {
      if (name == "__metadata__") continue;
      const nlohmann::json &shape = entry.at("shape"), &offsets = entry.at("data_offsets");
      if (!has_whole_numbers(shape) || !has_whole_numbers(offsets)) {
        refuse(path, "the shape and place of " + name + " are not whole numbers");
      }
      const auto place = offsets.get<std::array<std::uint64_t, 2>>();
      if (place[0] > place[1] || place[1] > file_bytes - numbers) {
        refuse(path, "the numbers of " + name + " lie beyond its end");
      }
      tensors_[name] = {entry.at("dtype").get<std::string>(), shape.get<std::vector<std::size_t>>(),
                        numbers + place[0], numbers + place[1]};
    }
  } catch (const nlohmann::json::exception&) {
    refuse(path, "its header is not what the format says");
  }
}

std::vector<float> SafetensorsFile::read(const Tensor& tensor) const {
  const std::uint64_t each = bytes_of(tensor.type);
  if (each == 0) {
    throw InputError(fmt::format(
        "'{}' has numbers of type {}; F16, BF16 and F32 are read: convert it", path_, tensor.type));
  }
  std::uint64_t count = 1;
  for (const std::size_t extent : tensor.shape) {
    const std::uint64_t most = tensor.end - tensor.begin;  // more cannot fit, and could overflow
    if (extent != 0 && count > most / extent) refuse(path_, "a shape does not fit its numbers");
    count *= extent;
  }
  if (count * each != tensor.end - tensor.begin) refuse(path_, "a shape does not fit its numbers");
  std::vector<char> bytes(tensor.end - tensor.begin);
  std::ifstream file(path_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(tensor.begin));
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) refuse(path_, "its numbers cannot be read");
  if (tensor.type == "F16") return converted<std::uint16_t>(bytes, half_to_float);
  if (tensor.type == "BF16") return converted<std::uint16_t>(bytes, bfloat_to_float);
  return converted<float>(bytes, [](float value) { return value; });
}

}  // namespace vggstyle
