#pragma once

#include <string>
#include <vector>

namespace vggstyle {

/// The files as they are; instead of a folder, the pictures in it by their endings (formats/input_formats.h), by
/// name. InputError if a folder cannot be read or has none.
std::vector<std::string> picture_files(const std::vector<std::string>& files_and_folders);

}  // namespace vggstyle
