#include "tools/report/csv.h"

namespace vggstyle {
namespace {

std::string quoted(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string result = "\"";
  for (const char c : field) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

std::string line(const std::vector<std::string>& fields) {
  std::string result;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) result += ',';
    result += quoted(fields[i]);
  }
  return result + '\n';
}

}  // namespace

std::string csv(const Table& table) {
  std::string result = line(table.columns);
  for (const std::vector<std::string>& row : table.rows) result += line(row);
  return result;
}

}  // namespace vggstyle
