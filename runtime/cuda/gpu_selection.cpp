#include "runtime/cuda/gpu_selection.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "runtime/error.h"

namespace vggstyle::cuda {
namespace {

/// "13.0" of 13000.
std::string cuda_version(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

/// "8.6" of 86.
std::string capability_text(int capability) {
  return std::to_string(capability / 10) + "." + std::to_string(capability % 10);
}

std::string driver_problem(const GpuProbe::Driver& driver) {
  if (driver.supports == 0) {
    return "there is no NVIDIA driver, or none that reaches into this container; CUDA " +
           cuda_version(driver.needs) + " needs one";
  }
  if (driver.error == kErrorInsufficientDriver) {
    return "the NVIDIA driver supports CUDA " + cuda_version(driver.supports) +
           " and this program needs " + cuda_version(driver.needs) +
           ": update the driver, or build with an older CUDA toolkit";
  }
  if (driver.error == kErrorNoDevice || (driver.error == 0 && driver.gpus == 0)) {
    return "the NVIDIA driver shows no GPU (nvidia-smi and CUDA_VISIBLE_DEVICES may tell why)";
  }
  if (driver.error != 0) {
    return "the NVIDIA driver does not work: " + driver.error_text + " (nvidia-smi may tell more)";
  }
  return "";
}

std::string gpu_problem(int capability, std::string_view architectures) {
  if (capability < kLeastCapability) {
    return "its compute capability is " + capability_text(capability) + " and " +
           capability_text(kLeastCapability) + " or higher is needed";
  }
  if (!runs_on(architectures, capability)) {
    return "this program was not compiled for its compute capability " +
           capability_text(capability) + ": build it on this machine, or with the preset cuda";
  }
  return "";
}

/// One entry of the list of architectures.
struct Architecture {
  int capability = 0;
  bool specific = false;  ///< 90a: no other GPU runs it
  bool machine_code = true, ptx = true;
};

Architecture parse_architecture(std::string_view text) {
  Architecture architecture;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, architecture.capability);
  if (error != std::errc()) {
    throw InternalError("compiled for an unknown architecture '" + std::string(text) + "'");
  }
  const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
  architecture.specific = !rest.empty() && rest.front() != '-';
  architecture.machine_code = !rest.ends_with("-virtual");
  architecture.ptx = !rest.ends_with("-real");
  return architecture;
}

/// Whether the predicate holds for one of the list.
template <typename Predicate>
bool any_architecture(std::string_view architectures, Predicate predicate) {
  while (!architectures.empty()) {
    const std::size_t end = std::min(architectures.find(','), architectures.size());
    if (predicate(parse_architecture(architectures.substr(0, end)))) return true;
    architectures.remove_prefix(std::min(end + 1, architectures.size()));
  }
  return false;
}

bool runs_on(const Architecture& code, int capability) {
  if (code.specific) return code.capability == capability;
  const bool same_major = code.capability / 10 == capability / 10;
  return code.capability <= capability && (code.ptx || (code.machine_code && same_major));
}

std::string megabytes(double bytes) {
  return std::to_string(std::llround(std::ceil(bytes / 0x1p20))) + " MB";
}

/// Memory grows with the number of pixels, so its root with --size. Down to the next 5 %, for what
/// is allocated later; nothing where so little is free that a smaller picture is no way out.
std::string what_fits(double needed, double free) {
  const int percent = static_cast<int>(20 * std::sqrt(free / needed)) * 5;
  return percent >= 10 ? "use a smaller --size, about " + std::to_string(percent) + " % of this one"
                       : "stop what else uses it, or use a smaller --size";
}

}  // namespace

const GpuFacts* GpuSurvey::first_usable() const& {
  const auto found =
      std::find_if(gpus.begin(), gpus.end(), [](const auto& g) { return g.usable(); });
  return found == gpus.end() ? nullptr : &*found;
}

std::string GpuSurvey::why_none() const {
  if (gpus.empty()) return problem;
  return gpus.front().id() + " (" + gpus.front().name + ") cannot be used: " + gpus.front().problem;
}

GpuSurvey survey_gpus(GpuProbe& probe, std::string_view architectures) {
  GpuSurvey survey;
  const GpuProbe::Driver driver = probe.driver();
  if (driver.supports > 0) survey.driver = cuda_version(driver.supports);
  survey.problem = driver_problem(driver);
  if (!survey.problem.empty()) return survey;
  for (int i = 0; i < driver.gpus; ++i) {
    const GpuProbe::Gpu gpu = probe.gpu(i);
    survey.gpus.push_back(
        {i, gpu.name, gpu.limits, gpu_problem(gpu.limits.capability, architectures)});
    GpuLimits& limits = survey.gpus.back().limits;
    limits.wgmma = limits.capability == 90 && has_specific_code(architectures, 90);
  }
  return survey;
}

const GpuFacts& select_gpu(const GpuSurvey& survey, int index) {
  const std::string what = "--device cuda:" + std::to_string(index) + ": ";
  if (!survey.problem.empty()) throw InputError(what + survey.problem + "; or use --device cpu");
  const auto count = survey.gpus.size();
  if (index < 0 || static_cast<std::size_t>(index) >= count) {
    throw InputError(
        what + "there is no such GPU; this machine has " +
        (count == 1 ? "one, cuda:0"
                    : std::to_string(count) + ", cuda:0 to cuda:" + std::to_string(count - 1)));
  }
  const GpuFacts& gpu = survey.gpus[static_cast<std::size_t>(index)];
  if (!gpu.usable()) {
    throw InputError(what + gpu.name + " cannot be used: " + gpu.problem + "; or use --device cpu");
  }
  return gpu;
}

bool runs_on(std::string_view architectures, int capability) {
  return any_architecture(architectures,
                          [&](const Architecture& code) { return runs_on(code, capability); });
}

bool has_specific_code(std::string_view architectures, int capability) {
  return any_architecture(architectures, [&](const Architecture& code) {
    return code.specific && code.capability == capability;
  });
}

void* allocate_memory(GpuProbe& probe, const GpuFacts& gpu, std::size_t bytes) {
  // CUDA gives a null pointer for 0 bytes, which would look like a failure.
  void* pointer = probe.allocate(std::max<std::size_t>(bytes, 1));
  if (pointer != nullptr) return pointer;
  const auto needed = static_cast<double>(bytes), free = static_cast<double>(probe.free_memory());
  throw InputError("out of memory: " + gpu.id() + " (" + gpu.name + ") has " + megabytes(free) +
                   " free of " + megabytes(static_cast<double>(gpu.limits.memory_bytes)) + " and " +
                   megabytes(needed) + " are needed; " + what_fits(needed, free));
}

}  // namespace vggstyle::cuda
