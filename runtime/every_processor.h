#pragma once

#include <cstddef>  // __GLIBC__, which has what GCC chooses by

/// Before a function whose loops are worth it and which is no kernel (those: kernels/cpu_kernels.h): GCC compiles it twice, once for processors with
/// fused multiply-adds and registers of 256 bits, and the program takes what its processor has when it starts. What the function
/// calls is compiled for all processors, unless it is inlined.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define VGGSTYLE_FOR_EVERY_PROCESSOR __attribute__((target_clones("fma", "default")))
#else
#define VGGSTYLE_FOR_EVERY_PROCESSOR
#endif
