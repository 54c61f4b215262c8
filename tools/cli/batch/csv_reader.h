#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vggstyle {

/// A record of a CSV file, and the line of the file in which it begins, from 1.
struct CsvRow {
  std::size_t line;
  std::vector<std::string> fields;
};

/// RFC 4180: fields between commas, records between line ends (LF or CRLF). A field in quotes may hold commas, line
/// ends, and quotes, each written twice. Empty lines are left out, and so is a byte order mark. InputError, as `name`
/// with its line, for a quote that is not closed or stands inside a field.
std::vector<CsvRow> parse_csv(std::string_view text, const std::string& name);

}  // namespace vggstyle
