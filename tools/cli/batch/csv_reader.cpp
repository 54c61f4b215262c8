#include "tools/cli/batch/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/error.h"

namespace vggstyle {
namespace {

class Parser {
 public:
  Parser(std::string_view text, const std::string& name) : text_(text), name_(name) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kMark)) at_ = kMark.size();
  }

  std::vector<CsvRow> rows() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      CsvRow row = read_row();
      if (row.fields.size() > 1 || !row.fields.front().empty()) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  CsvRow read_row() {
    CsvRow row{line_, {}};
    do row.fields.push_back(take('"') ? quoted_field() : plain_field());
    while (take(','));
    take('\r');
    if (at_ < text_.size() && !take('\n')) fail("what follows a closing quote is no comma");
    ++line_;
    return row;
  }

  std::string plain_field() {
    const std::size_t end = std::min(text_.find_first_of(",\"\r\n", at_), text_.size());
    const std::string field(text_.substr(at_, end - at_));
    at_ = end;
    if (at_ < text_.size() && text_[at_] == '"') {
      fail("a quote stands inside a field; put the field in quotes and write the quote twice");
    }
    return field;
  }

  std::string quoted_field() {
    std::string field;
    const std::size_t opened = line_;
    while (true) {
      if (at_ == text_.size()) {
        line_ = opened;
        fail("a quote is not closed");
      }
      const char c = text_[at_++];
      if (c == '"' && !take('"')) return field;
      if (c == '\n') ++line_;
      field += c;
    }
  }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  [[noreturn]] void fail(const char* what) const {
    throw InputError(fmt::format("'{}', line {}: {}", name_, line_, what));
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0, line_ = 1;
};

}  // namespace

std::vector<CsvRow> parse_csv(std::string_view text, const std::string& name) {
  return Parser(text, name).rows();
}

}  // namespace vggstyle
