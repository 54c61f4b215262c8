// A command line is understood or refused in one sentence, whatever it says: one argument a line. Nothing is run.

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "runtime/error.h"
#include "runtime/standard_streams.h"
#include "tools/cli/cli_error.h"
#include "tools/cli/commands.h"
#include "tools/cli/numeric_options.h"
#include "tools/session/settings/check.h"
#include "tools/transfer/run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vggstyle;
  std::vector<std::string> arguments(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == '\n') {
      arguments.emplace_back();
    } else if (data[i] != 0) {
      arguments.back() += static_cast<char>(data[i]);
    }
  }
  CLI::App app("fuzz");
  app.name("vggstyle");
  app.require_subcommand(1);
  Action action;
  const Invocation invocation{arguments, arguments, ""};
  add_run_commands(app, invocation, run_or_predict, action);
  add_neural_style_command(app, invocation, run_or_predict, action);
  add_resume_command(app, invocation, action);
  add_evaluate_command(app, "", arguments, action);
  add_bench_command(app, action);
  add_contrive_command(app, "", action);
  add_toy_command(app, "", action);
  add_weights_command(app, action);
  add_distance_command(app, "", action);
  add_study_command(app, "", action);
  add_compare_command(app, "", action);
  add_batch_command(app, invocation, action);
  read_numbers_as_written(app);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success&) {
  } catch (const CLI::ParseError& error) {
    const std::string sentence = printable(one_sentence(app, error, arguments));
    if (sentence.empty()) std::abort();
  } catch (const SettingError&) {
  } catch (const InputError&) {
  }
  return 0;
}
