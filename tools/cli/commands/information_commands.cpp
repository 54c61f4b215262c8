// devices and version: what this build is, and what it finds here.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "runtime/cpu_device.h"
#include "runtime/cuda/cuda_probe.h"
#include "runtime/version.h"
#include "tools/cli/commands.h"

namespace vggstyle {

void add_devices_command(CLI::App& app, Action& action) {
  app.add_subcommand("devices", "List the devices that can be used")->callback([&action] {
    action = [] {
      const std::unique_ptr<Device> cpu = make_cpu_device(0);
      fmt::print("{:<8}{}, {} MB free\n", cpu->id(), with_threads(*cpu),
                 cpu->available_memory() >> 20U);
      const cuda::GpuSurvey survey = cuda::survey_gpus();
      if (survey.gpus.empty()) fmt::print("{:<8}none: {}\n", "cuda", survey.problem);
      for (const cuda::GpuFacts& gpu : survey.gpus) {
        fmt::print("{:<8}{}, compute capability {}.{}, {} multiprocessors, {} MB{}\n", gpu.id(),
                   gpu.name, gpu.limits.capability / 10, gpu.limits.capability % 10,
                   gpu.limits.multiprocessors, gpu.limits.memory_bytes >> 20U,
                   gpu.usable() ? "" : "; cannot be used: " + gpu.problem);
      }
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
