#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace vggstyle {

/// The pictures that a studio works with: the files of one folder.
class PictureShelf {
 public:
  /// Makes the folder if it is not there. InputError if it cannot be.
  explicit PictureShelf(const std::filesystem::path& folder);

  /// Their names, in order.
  std::vector<std::string> names() const;
  /// Keeps an uploaded file, which must be a picture that can be read, under its name or, if there is another of
  /// that name, one with a number; returns it. InputError for what is none.
  std::string add(const std::string& name, const std::string& bytes) const;
  /// A PNG file of at most 240 pixels on a side. InputError if there is no such picture or it cannot be read.
  std::vector<std::uint8_t> thumbnail(const std::string& name) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace vggstyle
