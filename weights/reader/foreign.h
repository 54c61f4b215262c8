#pragma once

#include <string>

namespace vggstyle {

/// InputError if the file is of a kind that is known but not read: it is named, with what turns it into one that
/// is.
void refuse_foreign(const std::string& path);

}  // namespace vggstyle
