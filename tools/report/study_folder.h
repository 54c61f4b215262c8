#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/report/document.h"
#include "tools/report/sheet.h"

namespace vggstyle {

/// What every study ends with.
struct StudyReport {
  nlohmann::ordered_json numbers;  ///< study.json; docs/schema/ says what is in it
  Table records;                   ///< study.csv: a line of headings, then one a row
  Sheet sheet;                     ///< sheet.png
  Document document;               ///< index.html
};

/// The folder that a study or a batch writes (-o DIR).
class StudyFolder {
 public:
  /// Makes the folder where it is missing (its parent must be there). InputError, in one sentence,
  /// if it cannot be made or written to, is a file, or holds a file of the report's names that is not
  /// ours, or `with_sheet` if there is no font for the sheet: not only when all the work is done.
  explicit StudyFolder(std::string path, bool with_sheet = true);

  const std::string& path() const { return path_; }
  /// `name` inside the folder. A part of it before the last '/' is made where it is missing.
  std::string file(const std::string& name) const;

  /// InputError if one of `inputs`, the files that a study is made from, would be overwritten by
  /// the report or by the file `name` inside, for one of `names`; if a name is too long, or that of a
  /// picture that is not ours.
  void check_names(const std::vector<std::string>& inputs,
                   const std::vector<std::string>& names) const;

  /// Writes index.html alone, whole or not at all.
  void write_page(const Document& page) const;
  /// Writes study.json, study.csv, sheet.png and index.html, each whole or not at all.
  void write(const StudyReport& report) const;

 private:
  std::string path_;
};

}  // namespace vggstyle
