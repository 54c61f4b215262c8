#include "weights/hwio.h"

#include <algorithm>

namespace vggstyle {
namespace {

constexpr std::size_t kTaps = 9;

/// Calls move(index in OIHW, index in HWIO) for every element, a cache line of outputs at a time:
/// element by element, either side's stride would miss the cache at each step.
template <typename Move>
void for_each_element(std::size_t in, std::size_t out, Move move) {
  constexpr std::size_t kLine = 16;
  for (std::size_t first = 0; first < out; first += kLine) {
    const std::size_t last = std::min(first + kLine, out);
    for (std::size_t i = 0; i < in; ++i) {
      for (std::size_t t = 0; t < kTaps; ++t) {
        for (std::size_t o = first; o < last; ++o) {
          move((o * in + i) * kTaps + t, (t * in + i) * out + o);
        }
      }
    }
  }
}

}  // namespace

std::vector<float> hwio_to_oihw(const std::vector<float>& hwio, std::size_t in, std::size_t out) {
  std::vector<float> oihw(hwio.size());
  for_each_element(in, out, [&](std::size_t to, std::size_t from) { oihw[to] = hwio[from]; });
  return oihw;
}

std::vector<float> oihw_to_hwio(const std::vector<float>& oihw, std::size_t in, std::size_t out) {
  std::vector<float> hwio(oihw.size());
  for_each_element(in, out, [&](std::size_t from, std::size_t to) { hwio[to] = oihw[from]; });
  return hwio;
}

}  // namespace vggstyle
