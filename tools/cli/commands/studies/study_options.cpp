#include "tools/cli/commands/studies/study_options.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tools/cli/options.h"

namespace vggstyle {

void add_output_choices(CLI::App& app, StudyRequest& request) {
  add_output_path(app, request.folder, "",
                  "folder to write: pictures, sheet.png, index.html, study.json, study.csv");
  app.add_flag("--quiet", request.quiet, "print nothing but errors")->group("Output");
  app.add_option("--at-once", request.at_once,
                 "number of pictures to make at the same time; 0: one per core if memory allows, "
                 "and one on a GPU; the result does not depend on it")
      ->group("Output")
      ->capture_default_str();
}

void add_study_options(CLI::App& app, StudyRequest& request) {
  add_output_choices(app, request);
  add_picture_options(app, request.settings.pictures, false);
  add_background_option(app, request.settings.pictures);
  app.get_option("--size")->description(fmt::format(
      "longest side in pixels; default: {}, but never larger than the picture", kStudySize));
  const char* group = "Optimisation";
  app.add_option(
         "--iterations", request.settings.optimizer.iterations,
         fmt::format("number of evaluations of value and gradient for each picture; default: {}",
                     kStudyIterations))
      ->group(group);
  app.add_option("--seed", request.settings.start.seed,
                 "seed of the noise that every picture starts from")
      ->group(group)
      ->capture_default_str();
  // An experiment is on losses, by an optimiser that papers describe; its numbers stay comparable.
  request.settings.optimizer.preconditioner = Preconditioning::kNone;
  add_network_options(app, request.settings.network, request.settings.device);
}

}  // namespace vggstyle
