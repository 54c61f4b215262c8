// Which of the CPU's kernels are run: those of the widest instructions that the operating system lists.

#include "kernels/cpu_kernels.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

namespace vggstyle {
namespace {

/// /proc/cpuinfo's flags of the first processor; none where it has none.
std::set<std::string> flags() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("flags", 0) != 0) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    return {std::istream_iterator<std::string>(words), {}};
  }
  return {};
}

TEST_CASE("the widest instructions that the processor has come first") {
  const auto usable = usable_cpu_kernels();
  REQUIRE(!usable.empty());
  CHECK(&best_cpu_kernels() == usable.front());
  CHECK(std::ranges::is_sorted(usable, std::ranges::greater(), &CpuKernels::instructions));
  const std::set<std::string> has = flags();
  for (const CpuKernels* kernels : usable) {
    CAPTURE(kernels->name);
    if (kernels->instructions == Instructions::kAvx512) CHECK(has.contains("avx512f"));
    if (kernels->instructions >= Instructions::kAvx2) CHECK(has.contains("avx2"));
  }
  // All of them are compiled, or one, for the machine that compiles.
  const bool avx512 = has.contains("avx512f") && has.contains("avx512bw") &&
                      has.contains("avx512cd") && has.contains("avx512dq") &&
                      has.contains("avx512vl");
  CHECK((usable.front()->instructions == Instructions::kAvx512) == avx512);
  if (!avx512 && has.contains("avx2")) CHECK(usable.front()->word == std::string("avx2"));
}

}  // namespace
}  // namespace vggstyle
