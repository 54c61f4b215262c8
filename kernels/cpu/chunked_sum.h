#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vggstyle::cpu {

/// The sum over [0, n) of what `chunk(begin, end)` returns for consecutive pieces of a fixed size,
/// added in order: the same bytes for any number of threads.
template <typename Chunk>
double chunked_sum(std::size_t n, Chunk chunk, std::size_t chunk_size = 4096) {
  const std::size_t chunks = (n + chunk_size - 1) / chunk_size;
  std::vector<double> parts(chunks);
#pragma omp parallel for schedule(static)
  for (std::size_t i = 0; i < chunks; ++i) {
    parts[i] = chunk(i * chunk_size, std::min(n, (i + 1) * chunk_size));
  }
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum;
}

}  // namespace vggstyle::cpu
