#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace vggstyle {

/// A command that the command line chose: does its work and returns the exit code.
using Action = std::function<int()>;

struct Invocation;
struct RunRequest;
/// What becomes of a run that is asked for; returns the exit code.
using RunAction = std::function<int(const RunRequest&)>;
/// run(), or with --dry-run dry_run().
int run_or_predict(const RunRequest& request);

/// Each adds its command (or commands) to `app`. When one of them is chosen, `action` is set to
/// what it does. `invocation`, looked at by then, and `command_line` are what the user typed, for the files that
/// are written.
void add_run_commands(CLI::App& app, const Invocation& invocation, const RunAction& act,
                      Action& action);
void add_neural_style_command(CLI::App& app, const Invocation& invocation, const RunAction& act,
                              Action& action);
void add_resume_command(CLI::App& app, const Invocation& invocation, Action& action);
void add_studio_command(CLI::App& app, Action& action);
/// `arguments` are those of the program, the command's name first.
void add_evaluate_command(CLI::App& app, const std::string& command_line,
                          const std::vector<std::string>& arguments, Action& action);
void add_validate_command(CLI::App& app, Action& action);
void add_bench_command(CLI::App& app, Action& action);
void add_contrive_command(CLI::App& app, const std::string& command_line, Action& action);
void add_toy_command(CLI::App& app, const std::string& command_line, Action& action);
void add_weights_command(CLI::App& app, Action& action);
void add_documentation_commands(CLI::App& app, Action& action);
void add_explain_command(CLI::App& app, Action& action);
void add_devices_command(CLI::App& app, Action& action);
/// `arguments` are those of the program, the command's name first.
void add_batch_command(CLI::App& app, const Invocation& invocation, Action& action);
void add_compare_command(CLI::App& app, const std::string& command_line, Action& action);
void add_distance_command(CLI::App& app, const std::string& command_line, Action& action);
void add_study_command(CLI::App& app, const std::string& command_line, Action& action);
void add_video_command(CLI::App& app, const std::string& command_line, Action& action);
void add_version_command(CLI::App& app, Action& action);

}  // namespace vggstyle
