// explain, devices and version: what made a picture, what this build is, and what it finds here.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>

#include "kernels/cpu_kernels.h"
#include "runtime/cpu_device.h"
#include "runtime/cuda/cuda_probe.h"
#include "runtime/error.h"
#include "runtime/standard_streams.h"
#include "runtime/version.h"
#include "tools/cli/commands.h"
#include "tools/pictures/read.h"
#include "tools/session/files/result_file.h"

namespace vggstyle {
namespace {

/// "AVX-512 (others: cpu:avx2, cpu:sse2)"
std::string kernels_text() {
  std::string others;
  for (const CpuKernels* kernels : usable_cpu_kernels().subspan(1)) {
    others += (others.empty() ? " (others: cpu:" : ", cpu:") + std::string(kernels->word);
  }
  return best_cpu_kernels().name + others + (others.empty() ? "" : ")");
}

}  // namespace

void add_explain_command(CLI::App& app, Action& action) {
  const auto picture = std::make_shared<std::string>();
  const auto whole = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand(
      "explain", "Print the command that made a picture, from the picture itself");
  command->add_option("PICTURE", *picture, "a file that vggstyle wrote")->required();
  command->add_flag("--all", *whole,
                    "print everything that the file says: weights, seed, device, settings");
  command->footer(
      "Examples:\n  vggstyle explain stylised.png\n  vggstyle explain --all stylised.jpg\n");
  command->callback([picture, whole, &action] {
    action = [picture, whole] {
      const PictureText text = read_picture_text(*picture);
      const auto find = [&text](std::string_view keyword) {
        return std::find_if(text.begin(), text.end(),
                            [keyword](const auto& line) { return line.first == keyword; });
      };
      const auto found = find("Command");
      if (found == text.end()) {
        throw InputError(
            fmt::format("'{}' does not say what made it: vggstyle did not write it, or another "
                        "program has left the text out",
                        *picture));
      }
      if (!*whole) {
        fmt::print("{}\n", printable(found->second));
        const auto steered = find(kSteered);
        if (steered != text.end()) {
          tell("that is not all: the run was steered (--serve): " + steered->second);
        }
        return 0;
      }
      for (const auto& [keyword, value] : text) {
        fmt::print("{}: {}\n", printable(keyword), printable(value));
      }
      return 0;
    };
  });
}

void add_devices_command(CLI::App& app, Action& action) {
  app.add_subcommand("devices", "List the devices that can be used")->callback([&action] {
    action = [] {
      const std::unique_ptr<Device> cpu = make_cpu_device(0);
      fmt::print("{:<8}{}, {} MB free; kernels: {}\n", cpu->id(), with_threads(*cpu),
                 cpu->available_memory() >> 20U, kernels_text());
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
