#pragma once

#include <string>

namespace vggstyle {

/// A font in a file, of which there may be several.
struct FontFile {
  std::string path;
  int index = 0;
};

/// The outline font of this machine that comes nearest to DejaVu Sans, by fontconfig's rules.
/// InputError if there is none; it names a package that brings one.
FontFile find_font(bool bold);

}  // namespace vggstyle
