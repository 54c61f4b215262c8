// RFC 4180, and what is none.

#include "tools/cli/batch/csv_reader.h"

#include <doctest/doctest.h>

#include "tests/support/files.h"
#include "tools/report/csv.h"

namespace vggstyle::test {
namespace {

using Fields = std::vector<std::string>;

/// The fields of each record.
std::vector<Fields> fields_of(std::string_view text) {
  std::vector<Fields> all;
  for (const CsvRow& row : parse_csv(text, "jobs.csv")) all.push_back(row.fields);
  return all;
}

TEST_CASE("CSV: fields, records and both ends of a line") {
  CHECK(fields_of("a,b\n1,2\n") == std::vector<Fields>{{"a", "b"}, {"1", "2"}});
  CHECK(fields_of("a,b\r\n1,2\r\n") == std::vector<Fields>{{"a", "b"}, {"1", "2"}});
  CHECK(fields_of("a,b\n1,2") == std::vector<Fields>{{"a", "b"}, {"1", "2"}});
  CHECK(fields_of("a,,c\n,\n") == std::vector<Fields>{{"a", "", "c"}, {"", ""}});
  CHECK(fields_of(" a , b ") == std::vector<Fields>{{" a ", " b "}});
  CHECK(fields_of("\xEF\xBB\xBF"
                  "a\n") == std::vector<Fields>{{"a"}});
  CHECK(fields_of("").empty());
  CHECK(fields_of("\n\r\n").empty());
}

TEST_CASE("CSV: fields in quotes") {
  CHECK(fields_of("\"a,b\",\"c \"\"d\"\"\",\"\"\n") == std::vector<Fields>{{"a,b", "c \"d\"", ""}});
  CHECK(fields_of("\"one\ntwo\",x\n") == std::vector<Fields>{{"one\ntwo", "x"}});
  CHECK(fields_of("\"\"\"\"") == std::vector<Fields>{{"\""}});
}

TEST_CASE("CSV: a record knows its line, whatever is above it") {
  const std::vector<CsvRow> rows = parse_csv("a\n\n\"one\ntwo\"\nb\n", "jobs.csv");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].line == 1);
  CHECK(rows[1].line == 3);
  CHECK(rows[2].line == 5);
}

TEST_CASE("CSV: what the table writer writes is read back") {
  const Table table{"", {"name", "a,b"}, {{"say \"so\"", "one\ntwo"}, {"", "x"}}};
  CHECK(fields_of(csv(table)) ==
        std::vector<Fields>{{"name", "a,b"}, {"say \"so\"", "one\ntwo"}, {"", "x"}});
}

TEST_CASE("CSV: what is no CSV is refused with its line") {
  const auto error = [](std::string_view text) {
    return input_error([&] { parse_csv(text, "jobs.csv"); });
  };
  CHECK(error("a\n\"b\nc\n").find("'jobs.csv', line 2: a quote is not closed") == 0);
  CHECK(error("a\nb\"c\n").find("'jobs.csv', line 2: a quote stands inside a field") == 0);
  CHECK(error("a\n\"b\"c\n").find("'jobs.csv', line 2: what follows a closing quote") == 0);
}

}  // namespace
}  // namespace vggstyle::test
