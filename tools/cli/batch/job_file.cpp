#include "tools/cli/batch/job_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "runtime/error.h"
#include "tools/cli/batch/csv_reader.h"
#include "tools/cli/config/toml_values.h"

namespace vggstyle {
namespace {

std::string place_of(const toml::source_region& source) {
  return fmt::format("line {}, column {}", source.begin.line, source.begin.column);
}

std::vector<JobOption> options_of(const toml::table& table, const std::string& path) {
  std::vector<JobOption> options;
  for (const auto& [key, node] : table) {
    options.push_back({std::string(key.str()), typed_values(node), place_of(key.source())});
    if (!options.back().values.empty()) continue;
    refuse(path, options.back().place,
           fmt::format("{} has no value of an option: write text, a number, true, or a list of "
                       "texts, as in size = 512",
                       options.back().name));
  }
  return options;
}

JobFile toml_jobs(const std::string& text, const std::string& path) {
  JobFile file;
  try {
    const toml::table root = toml::parse(text);
    for (const auto& [key, node] : root) {
      const toml::array* list = node.as_array();
      if (key.str() == "defaults" && node.is_table()) {
        file.defaults = options_of(*node.as_table(), path);
      } else if (key.str() == "job" && list != nullptr && node.is_array_of_tables()) {
        for (const toml::node& job : *list) {
          file.jobs.push_back({options_of(*job.as_table(), path), place_of(job.source())});
        }
      } else {
        refuse(path, place_of(key.source()),
               fmt::format("{} belongs in [defaults], for all jobs, or below a [[job]]",
                           std::string(key.str())));
      }
    }
  } catch (const toml::parse_error& error) {
    refuse(path, place_of(error.source()), std::string(error.description()));
  }
  return file;
}

JobFile csv_jobs(const std::string& text, const std::string& path) {
  JobFile file;
  const std::vector<CsvRow> rows = parse_csv(text, path);
  if (rows.empty()) return file;
  const std::vector<std::string>& keys = rows.front().fields;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const auto& [line, fields] = rows[r];
    JobText job{{}, fmt::format("line {}", line)};
    if (fields.size() != keys.size()) {
      refuse(
          path, job.place,
          fmt::format("it has {} fields, and the first line names {}", fields.size(), keys.size()));
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (fields[i].empty()) continue;
      const auto same = std::ranges::find(job.options, keys[i], &JobOption::name);
      if (same != job.options.end()) {
        same->values.push_back(fields[i]);
      } else {
        job.options.push_back(
            {keys[i], {fields[i]}, fmt::format("line {}, column {}", line, i + 1)});
      }
    }
    file.jobs.push_back(std::move(job));
  }
  return file;
}

}  // namespace

void refuse(const std::string& file, const std::string& place, const std::string& message) {
  throw InputError(fmt::format("'{}', {}: {}", file, place, message));
}

JobFile read_job_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream.is_open() || std::filesystem::is_directory(path)) {
    throw InputError(fmt::format("cannot read the jobs of '{}': is it a file that exists?", path));
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const bool is_table = std::filesystem::path(path).extension() == ".csv";
  JobFile file = is_table ? csv_jobs(text, path) : toml_jobs(text, path);
  if (file.jobs.empty()) {
    throw InputError(fmt::format(
        "'{}' has no job: {}", path,
        is_table ? "give each a line below that of the names" : "begin each with a line [[job]]"));
  }
  return file;
}

}  // namespace vggstyle
