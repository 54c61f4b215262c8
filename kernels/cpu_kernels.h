#pragma once

#include <memory>
#include <span>

#include "kernels/backend.h"

namespace vggstyle {

/// What a processor must have for kernels that were compiled for it.
enum class Instructions {
  kBaseline,  ///< what every processor of the compiler's target has: SSE2, or NEON
  kAvx2,      ///< AVX2 and fused multiply-add: x86-64-v3
  kAvx512,    ///< AVX-512 F, BW, CD, DQ and VL: x86-64-v4
};

/// The CPU backend's kernels (kernels/cpu/) for one instruction set. The same sources are compiled once for each
/// (kernels/CMakeLists.txt), and which are run is decided when the program runs. Results of two sets may differ in their
/// last bits; those of one are the same bytes in every run.
struct CpuKernels {
  const char* name;  ///< for people: "AVX-512", "AVX2", "SSE2", "NEON"
  const char* word;  ///< for settings: "avx512", "avx2", "sse2", "neon"
  Instructions instructions;
  std::unique_ptr<Backend> (*make_backend)(Device& device);
  std::unique_ptr<VectorOps> (*make_vector_ops)(Device& device);
  /// FLOPs in a second of fused multiply-adds of this set's registers on so many threads, with nothing
  /// read from memory; a multiply-add counts twice. Of several runs the fastest, some 0.1 s in all.
  double (*peak)(int threads);
};

/// Those that this processor can run, of those compiled, the widest first: at least one, else InputError.
std::span<const CpuKernels* const> usable_cpu_kernels();

/// The one that is taken unless somebody asks for another: the first of these.
const CpuKernels& best_cpu_kernels();

}  // namespace vggstyle
