#pragma once

#include <string>

#include "tools/report/document.h"

namespace vggstyle {

/// A line of headings, then one a row; quoted as RFC 4180 has it, lines ended as this system does.
std::string csv(const Table& table);

}  // namespace vggstyle
