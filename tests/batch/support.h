#pragma once

#include <string>

#include "tests/tool/support.h"

namespace vggstyle::test {

/// A folder with content.png and style.png, and jobs.toml: `jobs` below the defaults of small_transfer().
void write_jobs(const TemporaryFolder& folder, const std::string& jobs);
/// A job with these pictures, and lines of more options.
std::string transfer_job(const std::string& more = "");

/// What is at `name` inside the folder, less the command, which tells where it was written.
std::string without_command(const TemporaryFolder& folder, const std::string& name);

}  // namespace vggstyle::test
