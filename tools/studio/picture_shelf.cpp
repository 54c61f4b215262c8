#include "tools/studio/picture_shelf.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <span>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "tools/pictures/formats/input_formats.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

constexpr int kThumbnail = 240;
constexpr std::size_t kLongestName = 120;

/// At most kThumbnail on a side.
std::pair<int, int> thumbnail_size(std::pair<int, int> size) {
  const double scale =
      std::min(1.0, kThumbnail / static_cast<double>(std::max(size.first, size.second)));
  const auto scaled = [scale](int side) { return std::max(1, static_cast<int>(side * scale)); };
  return {scaled(size.first), scaled(size.second)};
}

/// The last part of a path of any system, as a name for a file of ours.
std::string plain_name(const std::string& given) {
  const std::size_t folder_end = given.find_last_of("/\\");
  std::string name = folder_end == std::string::npos ? given : given.substr(folder_end + 1);
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  const std::size_t begin = name.find_first_not_of(". -");
  name = begin == std::string::npos ? "" : name.substr(begin);
  if (name.size() > kLongestName || !has_picture_ending(name)) {
    throw InputError(
        fmt::format("'{}' is no name of a picture: it ends in .jpg, .png and so on, "
                    "and is at most {} bytes long",
                    given, kLongestName));
  }
  return name;
}

}  // namespace

PictureShelf::PictureShelf(const fs::path& folder) : folder_(folder) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) {
    throw InputError(
        fmt::format("the folder '{}' cannot be made: {}", folder_.string(), error.message()));
  }
}

std::vector<std::string> PictureShelf::names() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('.') && has_picture_ending(entry.path())) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::string PictureShelf::add(const std::string& name, const std::string& bytes) const {
  const fs::path plain = plain_name(name);
  const std::span data(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  decode_picture(data, plain.string(), {}, thumbnail_size);
  fs::path path = folder_ / plain;
  for (int number = 2; fs::exists(path); ++number) {
    path =
        folder_ / fmt::format("{}-{}{}", plain.stem().string(), number, plain.extension().string());
  }
  AtomicFile file(path.string());
  std::ofstream out(file.temporary_path(), std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out)
    throw InputError(fmt::format("'{}' cannot be written: is the disk full?", path.string()));
  file.commit();
  return path.filename().string();
}

std::vector<std::uint8_t> PictureShelf::thumbnail(const std::string& name) const {
  const std::vector<std::string> known = names();
  if (std::ranges::find(known, name) == known.end()) {
    throw InputError(fmt::format("there is no picture '{}' in the studio", name));
  }
  return encode_png(read_picture((folder_ / name).string(), {}, thumbnail_size), 8, {});
}

}  // namespace vggstyle
