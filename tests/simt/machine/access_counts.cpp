#include "tests/simt/machine/access_counts.h"

#include <algorithm>
#include <array>

namespace vggstyle::simt {
namespace {

constexpr unsigned kLanes = 32, kBanks = 32, kWordBytes = 4, kSectorBytes = 32;

/// Lanes served together.
unsigned phase_lanes(const Access (&lanes)[kLanes]) {
  unsigned bytes = 0;
  for (const Access& a : lanes) bytes = std::max(bytes, a.bytes);
  return bytes >= 16 ? 8 : bytes >= 8 ? 16 : 32;
}

/// The different units of `unit` bytes that some accesses touch.
std::vector<std::uintptr_t> units(const Access* first, const Access* last, unsigned unit) {
  std::vector<std::uintptr_t> touched;
  for (const Access* a = first; a != last; ++a) {
    if (a->bytes == 0) continue;
    for (std::uintptr_t u = a->address / unit; u <= (a->address + a->bytes - 1) / unit; ++u) {
      touched.push_back(u);
    }
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  return touched;
}

}  // namespace

unsigned bank_passes(const Access (&lanes)[kLanes]) {
  const unsigned phase = phase_lanes(lanes);
  unsigned passes = 0;
  for (unsigned first = 0; first < kLanes; first += phase) {
    std::array<unsigned, kBanks> words{};
    for (const std::uintptr_t word : units(lanes + first, lanes + first + phase, kWordBytes)) {
      ++words[word % kBanks];
    }
    passes += *std::max_element(words.begin(), words.end());
  }
  return passes;
}

unsigned least_bank_passes(const Access (&lanes)[kLanes]) {
  const unsigned phase = phase_lanes(lanes);
  unsigned passes = 0;
  for (unsigned first = 0; first < kLanes; first += phase) {
    passes += std::any_of(lanes + first, lanes + first + phase,
                          [](const Access& a) { return a.bytes > 0; });
  }
  return passes;
}

unsigned sectors(const Access (&lanes)[kLanes]) {
  return static_cast<unsigned>(units(lanes, lanes + kLanes, kSectorBytes).size());
}

unsigned least_sectors(const Access (&lanes)[kLanes]) {
  const std::size_t bytes = units(lanes, lanes + kLanes, 1).size();
  return static_cast<unsigned>((bytes + kSectorBytes - 1) / kSectorBytes);
}

}  // namespace vggstyle::simt
