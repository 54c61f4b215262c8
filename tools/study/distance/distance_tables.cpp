#include "tools/study/distance/distance_tables.h"

#include <fmt/format.h>

#include <algorithm>

namespace vggstyle {
namespace {

/// Terminal columns, but for wide letters: characters of UTF-8.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned>(c) & 0xC0U) != 0x80U;
  }));
}

/// The table in letters: the first column to the left, the others to the right.
std::string letters_of(const Table& table) {
  std::vector<std::vector<std::string>> rows = table.rows;
  rows.insert(rows.begin(), table.columns);
  std::vector<std::size_t> widths(table.columns.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  if (!table.caption.empty()) text += table.caption + "\n";
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - width_of(row[i]), ' ');
      text += i == 0 ? row[i] + space : "  " + space + row[i];
    }
    text += '\n';
  }
  return text;
}

std::string mean_caption(const char* kind) {
  return fmt::format("{}, mean over layers", kind);
}

}  // namespace

Table pair_table(const DistanceStudy& study) {
  Table table{fmt::format("{} and {}", study.images[0].name, study.images[1].name), {"layer"}, {}};
  for (const DistanceKind& kind : kDistanceKinds) table.columns.emplace_back(kind.title);
  for (std::size_t l = 0; l < study.distances.size(); ++l) {
    std::vector<std::string> row = {study.layer_names[l]};
    for (const DistanceMatrix& matrix : study.distances[l]) {
      row.push_back(number_text(matrix.at(0, 1)));
    }
    table.rows.push_back(std::move(row));
  }
  // Of the others a mean would add up different units.
  std::vector<std::string> mean(1 + kDistanceKinds.size());
  mean.front() = "mean";
  mean[1 + kRelativeFrobenius] = number_text(study.mean_frobenius.at(0, 1));
  mean[1 + kRelativeBures] = number_text(study.mean_bures.at(0, 1));
  table.rows.push_back(std::move(mean));
  return table;
}

Table matrix_table(const std::string& caption, const DistanceStudy& study,
                   const DistanceMatrix& matrix) {
  Table table{caption, {""}, {}};
  for (std::size_t i = 0; i < matrix.side; ++i) {
    table.columns.push_back(study.images[i].name);
    std::vector<std::string> row = {study.images[i].name};
    for (std::size_t j = 0; j < matrix.side; ++j) row.push_back(number_text(matrix.at(i, j)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table records_of(const DistanceStudy& study) {
  Table table{"", {"a", "b", "layer"}, {}};
  for (const DistanceKind& kind : kDistanceKinds) table.columns.emplace_back(kind.key);
  for (std::size_t i = 0; i < study.images.size(); ++i) {
    for (std::size_t j = i + 1; j < study.images.size(); ++j) {
      for (std::size_t l = 0; l < study.distances.size(); ++l) {
        std::vector<std::string> row = {study.images[i].name, study.images[j].name,
                                        study.layer_names[l]};
        for (const DistanceMatrix& matrix : study.distances[l]) {
          row.push_back(fmt::format("{}", matrix.at(i, j)));
        }
        table.rows.push_back(std::move(row));
      }
    }
  }
  return table;
}

std::string text_of(const DistanceStudy& study) {
  if (study.images.size() == 2) return letters_of(pair_table(study));
  return letters_of(matrix_table(mean_caption("relative Frobenius, raw and centred"), study,
                                 study.mean_frobenius)) +
         "\n" + letters_of(matrix_table(mean_caption("relative Bures"), study, study.mean_bures));
}

}  // namespace vggstyle
