// batch: the command line of tools/study/batch/batch.h.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "runtime/error.h"
#include "tools/cli/batch/jobs.h"
#include "tools/cli/batch/slurm.h"
#include "tools/cli/commands.h"
#include "tools/cli/config/presets.h"
#include "tools/cli/options.h"
#include "tools/session/settings/check.h"
#include "tools/study/batch/batch.h"
#include "tools/study/batch/forecast.h"

namespace vggstyle {
namespace {

/// The command line of a batch.
struct BatchOptions {
  std::string jobs;
  std::vector<std::string> contents, styles;
  std::string pattern;
  BatchRequest request;  ///< all but the jobs
  bool dry_run = false, slurm = false;
  /// Of all jobs. They are read again for each, by its command; here it is seen that they can be.
  Settings settings;
  int bits = 8;
  std::string preset;
};

/// The options that were typed for all jobs, as they were.
std::vector<OptionItem> typed_items(const CLI::App& command) {
  std::vector<OptionItem> items;
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0 || !option->get_configurable()) continue;
    items.push_back({"--" + option->get_lnames().front(), option->results()});
  }
  return items;
}

/// InputError where pictures that are made would be pictures of the next start.
void check_folders(const BatchOptions& options) {
  for (const auto* folders : {&options.contents, &options.styles}) {
    for (const std::string& folder : *folders) {
      std::error_code error;
      if (!std::filesystem::equivalent(folder, options.request.folder, error)) continue;
      throw InputError(fmt::format(
          "'{}' is both a folder of pictures and the one to write: give another --output", folder));
    }
  }
}

JobSource source_of(const BatchOptions& options, const CLI::App& command) {
  JobSource source{options.jobs, {}, typed_items(command), options.request.folder};
  if (!options.jobs.empty()) {
    source.jobs = read_job_file(options.jobs);
  } else if (!options.contents.empty() && !options.styles.empty()) {
    check_folders(options);
    source.jobs = jobs_of_folders(options.contents, options.styles);
  } else {
    throw InputError("give a file of jobs, or --contents and --styles");
  }
  if (!options.pattern.empty()) {
    for (JobText& job : source.jobs.jobs) {
      std::erase_if(job.options, [](const JobOption& option) { return option.name == "output"; });
      job.options.push_back({"output", {options.pattern}, job.place});
    }
  }
  return source;
}

void print_slurm_script(const BatchOptions& options, const std::vector<std::string>& arguments) {
  double most = 0;
  for (const JobForecast& job : forecast(options.request)) most = std::max(most, job.bytes);
  SlurmArray array{options.request.jobs.size(),
                   std::filesystem::current_path().string(),
                   std::filesystem::read_symlink("/proc/self/exe").string(),
                   arguments,
                   options.settings.device.threads > 0 ? options.settings.device.threads : 4,
                   most};
  std::erase(array.words, "--slurm");
  fmt::print("{}", slurm_script(array));
}

int run_batch(BatchOptions options, const CLI::App& command,
              const std::vector<std::string>& arguments) {
  if (options.request.ranks != nullptr && (options.dry_run || options.slurm)) {
    throw SettingError(options.slurm ? "slurm" : "dry-run", ": start it without mpirun");
  }
  options.request.jobs = make_jobs(source_of(options, command));
  options.request.title = options.jobs.empty() ? "contents and styles" : options.jobs;
  if (options.dry_run) return list_batch(options.request);
  if (!options.slurm) return batch(options.request);
  print_slurm_script(options, arguments);
  return 0;
}

void add_sources(CLI::App& command, BatchOptions& options) {
  CLI::Option* jobs =
      command.add_option("JOBS", options.jobs, "file of jobs, TOML or .csv, as below");
  CLI::Option* contents = command.add_option(
      "--contents", options.contents,
      "without JOBS: pictures, or folders of them, each of which is painted in each of --styles");
  CLI::Option* styles =
      command.add_option("--styles", options.styles, "pictures, or folders of them, each a style");
  for (CLI::Option* option : {contents, styles}) {
    option->excludes(jobs)->configurable(false)->group("Pictures");
  }
  jobs->configurable(false);
}

void add_batch_options(CLI::App& command, BatchOptions& options) {
  const char* group = "Output";
  add_output_path(command, options.request.folder, "batch",
                  "folder to write: the pictures, a record beside each, index.html");
  command.get_option("--output")->configurable(false);
  command
      .add_option("--name", options.pattern,
                  "name of each picture in the folder, in which {content}, {style} and {number} "
                  "stand for the job's; default: the job's output, or {content}-{style}.png")
      ->group(group)
      ->configurable(false);
  command
      .add_option("--at-once", options.request.at_once,
                  "number of jobs to run at the same time, 0 to 1024; 0: one per core if memory "
                  "allows, and one on a GPU; the result does not depend on it")
      ->group(group)
      ->capture_default_str()
      ->configurable(false);
  CLI::Option* only =
      command.add_option("--only", options.request.only, "run this one job, by its number from 1")
          ->group(group)
          ->configurable(false);
  CLI::Option* dry = command
                         .add_flag("--dry-run", options.dry_run,
                                   "list the jobs, what is done already and the memory that each "
                                   "takes, and stop")
                         ->group(group)
                         ->configurable(false);
  command
      .add_flag("--slurm", options.slurm,
                "print a script for sbatch that runs each job as a task of an array, with "
                "--threads cores each (4 without it), and stop")
      ->group(group)
      ->configurable(false)
      ->excludes(dry)
      ->excludes(only);
  dry->excludes(only);
  command.add_flag("--quiet", options.request.quiet, "print nothing but errors")
      ->group(group)
      ->configurable(false);
  command.add_option("--bits", options.bits, "bits per channel, 8 or 16")
      ->group(group)
      ->capture_default_str();
  command
      .add_option("--preset", options.preset,
                  "options that go together: " + preset_names() +
                      "; options of the jobs, and those that are typed, win over them")
      ->group("Settings that travel");
}

constexpr const char* kFooter =
    "A file of jobs is TOML. [defaults] has what holds for all jobs, and each [[job]] its own: the "
    "options of the run commands by their names, and\n"
    "  command    transfer (default), texture or reconstruct\n"
    "  content    its picture\n"
    "  style      its style, or a list of styles\n"
    "  output     the picture to write inside the folder, as --name\n"
    "Options that are typed win over the job's, those over the defaults; of the typed ones and of "
    "the defaults a job leaves out what its command does not have. In a .csv file the first line "
    "has these names, each other line is a job, and an empty field is left out; several columns of "
    "the same name give several values. Paths lead from the current folder.\n\n"
    "What is done already is kept if its settings are the same; the same command runs the rest "
    "again, after Ctrl-C or where jobs failed. Exit status 1 if a job failed.\n\n"
    "Examples:\n"
    "  vggstyle batch jobs.toml -o painted\n"
    "  vggstyle batch --contents photos/ --styles paintings/ -o painted --size 384\n"
    "  vggstyle batch jobs.toml -o painted --slurm > jobs.sh && sbatch jobs.sh\n\n"
    "A file of jobs:\n"
    "  [defaults]\n"
    "  size = 384\n"
    "  [[job]]\n"
    "  content = \"bridge.jpg\"\n"
    "  style = \"starry_night.jpg\"\n"
    "  [[job]]\n"
    "  command = \"texture\"\n"
    "  style = \"pebbles.png\"\n"
    "  output = \"{number}-{style}.tif\"\n";

}  // namespace

void add_batch_command(CLI::App& app, const Invocation& invocation, Action& action) {
  const auto options = std::make_shared<BatchOptions>();
  CLI::App* command = app.add_subcommand(
      "batch", "Run many jobs, from a file or two folders: what is done is kept");
  add_sources(*command, *options);
  add_batch_options(*command, *options);
  add_run_options(*command, options->settings, {});
  command->footer(kFooter);
  command->callback([options, command, &invocation, &action] {
    options->request.command_line = invocation.line;
    options->request.ranks = invocation.ranks;
    action = [options, command, arguments = invocation.typed] {
      return run_batch(*options, *command, arguments);
    };
  });
}

}  // namespace vggstyle
