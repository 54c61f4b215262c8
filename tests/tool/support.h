#pragma once

#include <sys/types.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/files.h"

namespace vggstyle::test {

using Arguments = std::vector<std::string>;

struct Outcome {
  int exit_code = 0;  ///< 128 + the signal if one killed the tool
  std::string out, err;
};

/// The tool as a child process, its working folder being `folder`, with no weights to be found
/// but those that the arguments name.
class ToolProcess {
 public:
  ToolProcess(const TemporaryFolder& folder, const Arguments& arguments);
  ~ToolProcess();
  ToolProcess(const ToolProcess&) = delete;
  ToolProcess& operator=(const ToolProcess&) = delete;

  pid_t pid() const { return pid_; }
  Outcome wait();

 private:
  const TemporaryFolder& folder_;
  pid_t pid_;
  bool running_ = true;
};

Outcome run_tool(const TemporaryFolder& folder, const Arguments& arguments);
/// `first` with `more` behind.
Arguments operator+(Arguments first, const Arguments& more);

/// Looks every hundredth of a second, for a minute at most: then the test has failed.
void wait_until(const std::function<bool()>& happened);

std::size_t count_lines(const std::string& text);
/// Whether `part` stands somewhere in `text`.
bool has(const std::string& text, const std::string& part);
/// Checks that the tool refuses these arguments as the user's mistake: exit code 2, one sentence on standard
/// error with `expected` in it, and nothing on standard output.
void check_refused(const TemporaryFolder& folder, const Arguments& arguments,
                   const std::string& expected);

/// Pictures of 40 x 30 (content.png) and 36 x 36 (style.png).
void write_pictures(const TemporaryFolder& folder);
/// A transfer of these that takes a few evaluations in two small layers, without output options.
Arguments small_transfer();
/// The lines of a --log file.
std::vector<nlohmann::json> read_log(const std::string& path);

/// Runs, requires success, and returns the bytes of the PNG `out.png` that it wrote.
std::string picture_bytes(const TemporaryFolder& folder, const Arguments& arguments);

}  // namespace vggstyle::test
