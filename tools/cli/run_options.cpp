#include "tools/cli/run_options.h"

namespace vggstyle {

void add_run_options(CLI::App& app, RunRequest& request, LossChoice losses) {
  add_loss_options(app, request.loss, losses);
  add_picture_options(app, request.pictures, losses.style);
  add_search_options(app, request.search);
  add_network_options(app, request.network);
}

}  // namespace vggstyle
