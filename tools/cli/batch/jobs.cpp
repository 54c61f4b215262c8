#include "tools/cli/batch/jobs.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "runtime/error.h"
#include "tools/cli/batch/output_name.h"
#include "tools/cli/cli_error.h"
#include "tools/cli/commands.h"
#include "tools/cli/config/config.h"
#include "tools/cli/invocation.h"
#include "tools/cli/numeric_options.h"
#include "tools/pictures/picture_files.h"
#include "tools/pictures/write.h"
#include "tools/session/settings/check.h"
#include "tools/transfer/read_problem.h"
#include "tools/transfer/standard_input.h"

namespace vggstyle {
namespace {

/// The keys that are no options.
constexpr std::array<std::string_view, 4> kParts = {"command", "content", "style", "output"};

bool is_part(const JobOption& option) {
  return std::ranges::find(kParts, option.name) != kParts.end();
}

const JobOption* find(const std::vector<JobOption>& options, std::string_view name) {
  const auto found = std::ranges::find(options, name, &JobOption::name);
  return found == options.end() ? nullptr : &*found;
}

/// A job's own parts, and from the defaults those that it leaves out.
std::vector<JobOption> parts_of(const JobSource& source, const JobText& job) {
  std::vector<JobOption> parts;
  for (const std::string_view name : kParts) {
    const JobOption* part = find(job.options, name);
    if (part == nullptr) part = find(source.jobs.defaults, name);
    if (part != nullptr) parts.push_back(*part);
  }
  return parts;
}

/// The only value of a part; empty if it is not there.
std::string single(const std::vector<JobOption>& parts, std::string_view name) {
  const JobOption* part = find(parts, name);
  if (part == nullptr) return "";
  if (part->values.size() == 1) return part->values.front();
  throw InputError(fmt::format("{} has {} values; give one", name, part->values.size()));
}

/// What a job's command is given without its options: its name, and its pictures behind --. `name` becomes that of
/// the picture to make.
std::vector<std::string> bare_arguments(const std::vector<JobOption>& parts, int number,
                                        std::string& name) {
  const JobOption* styles = find(parts, "style");
  const std::string given = single(parts, "command"), content = single(parts, "content");
  const std::string command = given.empty() ? "transfer" : given;
  if (command != "transfer" && command != "texture" && command != "reconstruct") {
    throw InputError(fmt::format("command {}: use transfer, texture or reconstruct", command));
  }
  const bool takes_content = command != "texture", takes_style = command != "reconstruct";
  if (takes_content == content.empty() || takes_style != (styles != nullptr)) {
    throw InputError(fmt::format("a {} takes {}", command,
                                 takes_content && takes_style ? "a content and a style"
                                 : takes_style                ? "a style and no content"
                                                              : "a content and no style"));
  }
  const auto pictures = takes_style ? styles->values : std::vector<std::string>{};
  name = output_name(single(parts, "output"), {content, pictures, number});
  std::vector<std::string> arguments = {command, "--"};
  if (takes_content) arguments.push_back(content);
  arguments.insert(arguments.end(), pictures.begin(), pictures.end());
  return arguments;
}

/// What the keys mean as options. InputError for what a run has only when it is alone.
std::vector<OptionItem> items_of(const CLI::App& command, const std::vector<JobOption>& options) {
  std::vector<OptionItem> items;
  for (const JobOption& option : options) {
    if (is_part(option)) continue;
    items.push_back({"--" + option.name, option.values});
    const CLI::Option* known = command.get_option_no_throw(items.back().option);
    const bool alone = option.name == "save-every" || option.name == "checkpoint-every";
    if (known != nullptr && option.name != "preset" && (alone || !known->get_configurable())) {
      throw InputError(fmt::format("{} is not for jobs of a batch; leave it out", option.name));
    }
  }
  return items;
}

/// What is wrong with the settings whatever the pictures are, and with layers that no network has.
void check(const RunRequest& request) {
  check_bits(request.output.bits);
  check_picture_format(request.output.path, request.output.bits);
  if (!uses_of_standard_input(request).empty()) {
    throw InputError(
        "standard input, '-', is not for jobs of a batch; save it as a file, and name that");
  }
  check_request(request);
  const Settings& settings = request.settings;
  resolve_loss(settings.loss, request.task, settings.network.model.value_or(Model::kVgg19), "");
}

/// Errors as a command's own: those of settings begin with the option.
BatchJob make_job(const JobSource& source, const JobText& text, int number) {
  BatchJob job{number, "", {}};
  Invocation invocation;
  CLI::App app;
  app.name("vggstyle");
  Action action;
  const RunAction keep = [&job](const RunRequest& request) {
    job.request = request;
    return 0;
  };
  add_run_commands(app, invocation, keep, action);
  read_numbers_as_written(app);
  std::vector<std::string> arguments = bare_arguments(parts_of(source, text), number, job.name);
  const CLI::App& command = *app.get_subcommand(arguments.front());
  add_items(command, source.typed, false, arguments);
  add_items(command, items_of(command, text.options), true, arguments);
  // Not before: what a job says of its own output, as bits = 16 with a JPEG, is refused, not left out.
  arguments.insert(std::ranges::find(arguments, "--"),
                   "--output=" + (std::filesystem::path(source.folder) / job.name).string());
  add_items(command, items_of(command, source.jobs.defaults), false, arguments);
  arguments = with_config(app, arguments);
  invocation = {arguments, arguments, command_line(arguments)};
  try {
    app.parse(for_parser(arguments));
    action();
    check(job.request);
  } catch (const CLI::ParseError& error) {
    throw InputError(one_sentence(app, error, arguments));
  } catch (const SettingError& error) {
    throw InputError(std::string("--") + error.what());
  }
  return job;
}

bool can_be_made(const JobSource& source, const JobText& job, int number) {
  try {
    make_job(source, job, number);
  } catch (const InputError&) {
    return false;
  }
  return true;
}

/// Where in the file it is that a job cannot be made: the part without which it can, if there is one, the first option
/// with which alone it cannot, or else the job.
std::string place_of_error(const JobSource& source, const JobText& job, int number) {
  const JobSource alone{source.file, {}, {}, source.folder};
  const JobText bare{parts_of(source, job), job.place};
  if (!can_be_made(alone, bare, number)) {
    for (const JobOption& part : bare.options) {
      JobText without = bare;
      std::erase_if(without.options, [&](const JobOption& o) { return o.name == part.name; });
      if (can_be_made(alone, without, number)) return part.place;
    }
    return job.place;
  }
  for (const auto* options : {&job.options, &source.jobs.defaults}) {
    for (const JobOption& option : *options) {
      JobText with = bare;
      with.options.push_back(option);
      if (!is_part(option) && !can_be_made(alone, with, number)) return option.place;
    }
  }
  return job.place;
}

/// InputError for a default that no command has: the jobs leave out what theirs has not.
void check_defaults(const JobSource& source) {
  const Invocation invocation;
  CLI::App app;
  app.name("vggstyle");
  Action action;
  add_run_commands(app, invocation, run_or_predict, action);
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const JobOption& option : source.jobs.defaults) {
    const bool known = is_part(option) || std::ranges::any_of(commands, [&](const auto* command) {
                         return command->get_option_no_throw("--" + option.name) != nullptr;
                       });
    if (!known) {
      refuse(
          source.file, option.place,
          fmt::format("no command has an option --{}; see vggstyle transfer --help", option.name));
    }
  }
}

}  // namespace

JobFile jobs_of_folders(const std::vector<std::string>& contents,
                        const std::vector<std::string>& styles) {
  JobFile file;
  const std::vector<std::string> all_styles = picture_files(styles);
  for (const std::string& content : picture_files(contents)) {
    for (const std::string& style : all_styles) {
      file.jobs.push_back({{{"content", {content}, ""}, {"style", {style}, ""}}, ""});
    }
  }
  return file;
}

std::vector<BatchJob> make_jobs(const JobSource& source) {
  check_defaults(source);
  std::vector<BatchJob> jobs;
  std::map<std::string, int> names;  // of records: a picture of another format has the same
  for (const JobText& text : source.jobs.jobs) {
    const int number = static_cast<int>(jobs.size()) + 1;
    std::string wrong;
    try {
      jobs.push_back(make_job(source, text, number));
      const auto [same, is_new] = names.emplace(
          std::filesystem::path(jobs.back().name).replace_extension().string(), number);
      if (!is_new) {
        wrong = fmt::format(
            "its picture, '{}', would have the name of job {}'s: give it another output, or one "
            "with {{number}} to all",
            jobs.back().name, same->second);
      }
    } catch (const InputError& error) {
      if (source.file.empty()) throw;
      refuse(source.file, place_of_error(source, text, number), error.what());
    }
    if (wrong.empty()) continue;
    if (source.file.empty()) throw InputError(fmt::format("job {}: {}", number, wrong));
    refuse(source.file, text.place, wrong);
  }
  return jobs;
}

}  // namespace vggstyle
