// The tool: which command, and what becomes of errors. Exit codes: 0 done; 2 something that was
// given cannot be used; 3 validate found numbers apart; 130 stopped by Ctrl-C; 1 anything else.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "runtime/error.h"
#include "runtime/interrupt.h"
#include "runtime/standard_streams.h"
#include "tools/cli/cli_error.h"
#include "tools/cli/commands.h"
#include "tools/cli/config/config.h"
#include "tools/cli/invocation.h"
#include "tools/cli/numeric_options.h"
#include "tools/session/settings/check.h"
#include "tools/transfer/run.h"

namespace {

using namespace vggstyle;

constexpr int kExitFailed = 1;
constexpr int kExitBadInput = 2;
constexpr const char* kFullOutput = "standard output cannot be written: is the disk full?";

/// The ranks that this process is one of, null if it is alone, and how errors end them.
class Process {
 public:
  void join() { ranks_ = join_ranks(); }
  Ranks* ranks() const { return ranks_.get(); }
  bool leads() const { return ranks_ == nullptr || ranks_->leads(); }

  int fail(const std::string& message, int code) {
    if (!leads()) {
      // What is wrong for all of them the first one tells, and ends this one meanwhile.
      std::this_thread::sleep_for(std::chrono::seconds(10));
      tell(fmt::format("vggstyle: error: process {}: {}", ranks_->rank(), message));
    } else {
      tell(fmt::format("vggstyle: error: {}", message));
    }
    if (ranks_ != nullptr) ranks_->abort(code);
    return code;
  }

 private:
  std::unique_ptr<Ranks> ranks_;
};

/// That ranks share the work of the command which was chosen.
void check_shared(const CLI::App& app) {
  const std::string name = app.get_subcommands().front()->get_name();
  for (const char* shared :
       {"transfer", "texture", "reconstruct", "neural-style", "resume", "batch"}) {
    if (name == shared) return;
  }
  throw InputError(fmt::format("'{}' runs in one process: start it without mpirun", name));
}

/// Parses and runs. Errors of settings begin with the setting's name, which is that of its option.
int run_command(Process& process, const std::function<int()>& command) {
  const auto fail = [&](const std::string& message, int code) {
    return process.fail(message, code);
  };
  try {
    const int code = command();
    errno = 0;
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      // `| head` has seen enough.
      if (errno == EPIPE) return code;
      return fail(kFullOutput, kExitFailed);
    }
    return code;
  } catch (const SettingError& error) {
    return fail(std::string("--") + error.what(), kExitBadInput);
  } catch (const InputError& error) {
    return fail(error.what(), kExitBadInput);
  } catch (const std::system_error& error) {
    if (std::ferror(stdout) == 0) return fail(error.what(), kExitFailed);
    return error.code() == std::errc::broken_pipe ? 0 : fail(kFullOutput, kExitFailed);
  } catch (const std::bad_alloc&) {
    return fail("out of memory: use a smaller --size", kExitBadInput);
  } catch (const std::exception& error) {
    return fail(error.what(), kExitFailed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  protect_standard_streams();
  handle_signals();
  CLI::App app(
      "vggstyle paints one picture in the style of others by optimising its pixels until their "
      "statistics in a VGG network match.");
  app.name("vggstyle");
  app.require_subcommand(1);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string typed = command_line(arguments);
  Process process;
  Invocation invocation{arguments, arguments, typed};
  Action action;
  add_run_commands(app, invocation, run_or_predict, action);
  add_neural_style_command(app, invocation, run_or_predict, action);
  add_resume_command(app, invocation, action);
  add_studio_command(app, action);
  add_evaluate_command(app, typed, arguments, action);
  add_validate_command(app, action);
  add_bench_command(app, action);
  add_contrive_command(app, typed, action);
  add_toy_command(app, typed, action);
  add_weights_command(app, action);
  add_explain_command(app, action);
  add_devices_command(app, action);
  add_distance_command(app, typed, action);
  add_study_command(app, typed, action);
  add_compare_command(app, typed, action);
  add_batch_command(app, invocation, action);
  add_video_command(app, typed, action);
  add_documentation_commands(app, action);
  add_version_command(app, action);
  // After the commands, which would otherwise inherit it.
  app.footer(
      "Examples:\n  vggstyle transfer bridge.jpg starry_night.jpg      writes stylised.png\n  "
      "vggstyle texture starry_night.jpg -o strokes.png\n  vggstyle transfer --help                "
      "           lists every option\n\nExit status: 0 success, 1 internal error, 2 invalid input, "
      "3 'validate' out of tolerance, 130 interrupted.\n");
  read_numbers_as_written(app);
  return run_command(process, [&] {
    process.join();
    invocation.ranks = process.ranks();
    invocation.complete = with_config(app, arguments);
    try {
      app.parse(for_parser(invocation.complete));
    } catch (const CLI::Success& help) {
      return process.leads() ? app.exit(help) : 0;
    } catch (const CLI::ParseError& error) {
      return process.fail(one_sentence(app, error, invocation.complete), kExitBadInput);
    }
    if (process.ranks() != nullptr) check_shared(app);
    return action();
  });
}
