#pragma once

#include <functional>
#include <string>

namespace vggstyle {

/// Calls write(path), which makes a file that took long to compute. If that fails, the same goes to
/// a name beside it, or else into the folder for temporary files, and the InternalError says where.
void write_or_rescue(const std::string& path,
                     const std::function<void(const std::string& path)>& write);

}  // namespace vggstyle
