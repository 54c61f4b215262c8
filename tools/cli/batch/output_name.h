#pragma once

#include <string>
#include <vector>

namespace vggstyle {

/// What a pattern of names is filled with.
struct NameParts {
  std::string content;              ///< file; empty if the job has none
  std::vector<std::string> styles;  ///< files or folders
  int number;
};

/// The name of a job's picture inside the batch's folder, "{content}-{style}.png" with the files' names without their
/// endings (several styles with - between), and {number} with four digits. Without a pattern what the job
/// has of "{content}-{style}.png". InputError for other words in braces, for what the job has not, and for a name
/// that leads out of the folder.
std::string output_name(const std::string& pattern, const NameParts& parts);

}  // namespace vggstyle
