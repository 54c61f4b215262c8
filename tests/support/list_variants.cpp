// list_variants: prints the name of each variant of the CUDA backend, a line each, for programs
// that run the tests one variant at a time (--subcase=NAME).

#include <cstdio>

#include "tests/support/gpu_variants.h"

int main() {
  for (const auto& variant : vggstyle::testing::kGpuVariants) std::puts(variant.name);
}
