#include "tools/studio/studio.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "runtime/error.h"
#include "runtime/interrupt.h"
#include "runtime/standard_streams.h"
#include "tools/studio/studio_server.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPictures = "pictures";

/// The runs are runs of this program.
std::string this_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) throw InternalError("/proc does not say where this program is: " + error.message());
  return program.string();
}

}  // namespace

int run_studio(const StudioRequest& request) {
  const ServeAddress address = parse_serve_address(request.address);
  const fs::path folder = fs::absolute(request.folder);
  const PictureShelf shelf(folder / kPictures);
  const InterruptGuard guard;
  RunList runs(this_program(), request.more, folder, kPictures);
  const StudioServer server(address, shelf, runs, folder.string());
  warn_of_others(address);
  tell(fmt::format("pictures come from and go to '{}'; Ctrl-C ends the studio", request.folder));
  tell("the studio: " + server.url());
  while (!guard.interrupted()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return 0;
}

}  // namespace vggstyle
