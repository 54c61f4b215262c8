// Which of the kernels that were compiled this processor runs. Unlike those (kernels/cpu/) this is compiled once, for any
// processor.

#include "kernels/cpu_kernels.h"

#include <string>
#include <vector>

#include "runtime/error.h"

// One for each level: what is in an object of that level, and all that can be seen of it from outside.
#define VGGSTYLE_CPU_LEVEL(level) \
  extern "C" const vggstyle::CpuKernels vggstyle_cpu_kernels_##level;
#include "cpu_levels.h"
#undef VGGSTYLE_CPU_LEVEL

namespace vggstyle {
namespace {

#define VGGSTYLE_CPU_LEVEL(level) &vggstyle_cpu_kernels_##level,
constexpr const CpuKernels* kCompiled[] = {
#include "cpu_levels.h"
};
#undef VGGSTYLE_CPU_LEVEL

bool has(Instructions instructions) {
#if defined(__x86_64__) || defined(__i386__)
  switch (instructions) {
    case Instructions::kAvx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl");
    case Instructions::kAvx2:
      // No processor has these without the rest of x86-64-v3, which not every compiler can ask for.
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("bmi2");
    case Instructions::kBaseline:
      return true;
  }
#endif
  return instructions == Instructions::kBaseline;
}

std::vector<const CpuKernels*> find_usable() {
  std::vector<const CpuKernels*> usable;
  std::string compiled;
  for (const CpuKernels* kernels : kCompiled) {
    if (has(kernels->instructions)) usable.push_back(kernels);
    compiled += (compiled.empty() ? "" : " or ") + std::string(kernels->name);
  }
  if (usable.empty()) {
    throw InputError("this program was compiled for processors with " + compiled +
                     ", which this one lacks; build it on this machine (README.md)");
  }
  return usable;
}

}  // namespace

std::span<const CpuKernels* const> usable_cpu_kernels() {
  static const std::vector<const CpuKernels*> usable = find_usable();
  return usable;
}

const CpuKernels& best_cpu_kernels() {
  return *usable_cpu_kernels().front();
}

std::unique_ptr<Backend> make_cpu_backend(Device& device) {
  return best_cpu_kernels().make_backend(device);
}

std::unique_ptr<VectorOps> make_cpu_vector_ops(Device& device) {
  return best_cpu_kernels().make_vector_ops(device);
}

}  // namespace vggstyle
