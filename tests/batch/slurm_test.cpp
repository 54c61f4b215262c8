// --slurm: a script that a shell and sbatch can read. tests/batch/ has no Slurm: its part of sbatch is played here.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/batch/support.h"
#include "tests/reliability/shell.h"

namespace vggstyle::test {
namespace {

std::string line_with(const std::string& text, const std::string& beginning) {
  const std::size_t at = text.find(beginning);
  REQUIRE_MESSAGE(at != std::string::npos, text);
  return text.substr(at, text.find('\n', at) - at);
}

TEST_CASE("the script of --slurm runs each job as a task") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "it's here");
  write_jobs(folder, transfer_job("output = \"a.png\"\n") + transfer_job("output = \"b.png\"\n") +
                         transfer_job("output = \"c.png\"\n"));
  const Outcome script = run_tool(folder, {"batch", "jobs.toml", "-o", "it's here", "--slurm",
                                           "--threads", "3", "--size", "20"});
  REQUIRE_MESSAGE(script.exit_code == 0, script.err);
  CHECK(script.out.starts_with("#!/bin/sh\n#SBATCH "));
  CHECK(line_with(script.out, "#SBATCH --array=") == "#SBATCH --array=1-3");
  CHECK(line_with(script.out, "#SBATCH --cpus-per-task=") == "#SBATCH --cpus-per-task=3");
  const std::string memory = line_with(script.out, "#SBATCH --mem=");
  CHECK(std::stoi(memory.substr(memory.find("mem=") + 4)) > 512);
  CHECK(memory.back() == 'M');
  CHECK(std::filesystem::is_empty(folder / "it's here"));

  write_file(folder / "jobs.sh", script.out);
  CHECK(run_shell(folder, "bash -n jobs.sh").exit_code == 0);
  const std::string task = " SLURM_CPUS_PER_TASK=1 sh '" + (folder / "jobs.sh") + "'";
  const Outcome second = run_shell(folder, "cd / && SLURM_ARRAY_TASK_ID=2" + task);
  REQUIRE_MESSAGE(second.exit_code == 0, second.err);
  CHECK(second.err.find("it's here/b.png: loss ") != std::string::npos);
  const auto there = [&](const char* name) {
    return std::filesystem::exists(folder.path() / "it's here" / name);
  };
  CHECK(there("b.png"));
  CHECK_FALSE(there("a.png"));
  CHECK_FALSE(there("index.html"));
  CHECK(run_shell(folder, "SLURM_ARRAY_TASK_ID=4" + task).exit_code == 2);
}

TEST_CASE("a task of a Slurm array has four cores unless --threads says otherwise") {
  const TemporaryFolder folder;
  write_jobs(folder, transfer_job());
  const Outcome script = run_tool(folder, {"batch", "jobs.toml", "--slurm"});
  CHECK(line_with(script.out, "#SBATCH --cpus-per-task=") == "#SBATCH --cpus-per-task=4");
  CHECK_FALSE(std::filesystem::exists(folder / "batch"));
}

}  // namespace
}  // namespace vggstyle::test
