// devices and version: what this build is, and what it finds here.

#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/engine.h"
#include "tools/invocation.h"

namespace vggstyle {

void add_devices_command(CLI::App& app, Action& action) {
  app.add_subcommand("devices", "List what can compute here")->callback([&action] {
    action = [] {
      const std::unique_ptr<Device> device = make_device({});
      fmt::print("{}   {}, {} MB free\n", device->id(), device->name(),
                 device->available_memory() >> 20U);
      fmt::print("cuda  not in this build\n");
      return 0;
    };
  });
}

void add_version_command(CLI::App& app, Action& action) {
  app.add_subcommand("version", "Print the version")->callback([&action] {
    action = [] {
      fmt::print("vggstyle {}\n", version());
      return 0;
    };
  });
}

}  // namespace vggstyle
