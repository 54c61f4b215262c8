#include "tools/toy/grid/grid_styles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "tools/contrive/random.h"

namespace vggstyle::toy {
namespace {

constexpr std::size_t kMaxFilters = 8;

/// The upper triangle of a symmetric matrix. At most 12 positions with values of -1 to 1: entries
/// stay within 2 * 12 * 12.
using Entries = std::array<std::int16_t, kMaxFilters*(kMaxFilters + 1) / 2>;

struct EntriesHash {
  std::size_t operator()(const Entries& entries) const {
    std::uint64_t hash = 0;
    for (const std::uint64_t four : std::bit_cast<std::array<std::uint64_t, 9>>(entries)) {
      hash = contrived::mix_bits(hash ^ four);
    }
    return hash;
  }
};

/// The four pixels of a patch as bits: top left, top right, bottom left, bottom right.
using Patch = unsigned;
constexpr Patch kPatches = 16;

/// How often each patch is in an image.
using PatchCounts = std::array<int, kPatches>;

PatchCounts count_patches(Grid grid, std::uint32_t image) {
  PatchCounts counts{};
  const unsigned width = static_cast<unsigned>(grid.width);
  for (unsigned y = 0; y + 1 < static_cast<unsigned>(grid.height); ++y) {
    for (unsigned x = 0; x + 1 < width; ++x) {
      const unsigned corner = y * width + x;
      const Patch top = (image >> corner) & 3U, bottom = (image >> (corner + width)) & 3U;
      ++counts[top | bottom << 2U];
    }
  }
  return counts;
}

/// What the filters answer to a patch: a column of F.
std::vector<int> responses(const Variant& variant, Patch patch) {
  std::vector<int> column;
  for (const int sign : {1, -1}) {
    if (sign < 0 && !variant.signs) break;
    for (unsigned i = 0; i < 4; ++i) {
      const int pixel = (patch >> i) & 1U ? 1 : variant.black;
      column.push_back(variant.relu ? std::max(0, sign * pixel) : sign * pixel);
    }
  }
  return column;
}

/// F F^T and F 1 from the counts of the patches: each column of F is that of a patch.
class StyleSums {
 public:
  explicit StyleSums(const Variant& variant) {
    for (Patch patch = 0; patch < kPatches; ++patch) {
      columns_[patch] = responses(variant, patch);
    }
  }

  void compute(const PatchCounts& counts, int positions, Entries& raw, Entries& centered) const {
    const std::size_t filters = columns_[0].size();
    std::array<int, kMaxFilters> sums{};
    std::array<std::array<int, kMaxFilters>, kMaxFilters> products{};
    for (Patch patch = 0; patch < kPatches; ++patch) {
      if (counts[patch] == 0) continue;
      const std::vector<int>& column = columns_[patch];
      for (std::size_t k = 0; k < filters; ++k) {
        const int response = counts[patch] * column[k];
        sums[k] += response;
        for (std::size_t l = k; l < filters; ++l) products[k][l] += response * column[l];
      }
    }
    std::size_t entry = 0;
    for (std::size_t k = 0; k < filters; ++k) {
      for (std::size_t l = k; l < filters; ++l, ++entry) {
        raw[entry] = static_cast<std::int16_t>(products[k][l]);
        centered[entry] = static_cast<std::int16_t>(positions * products[k][l] - sums[k] * sums[l]);
      }
    }
  }

 private:
  std::array<std::vector<int>, kPatches> columns_;
};

}  // namespace

std::string name_of(const Variant& variant) {
  return fmt::format("black {}, {}, {}", variant.black,
                     variant.signs ? "8 signed filters" : "4 unit filters",
                     variant.relu ? "ReLU" : "no ReLU");
}

std::vector<Variant> all_variants() {
  std::vector<Variant> variants;
  for (const int black : {0, -1}) {
    for (const bool signs : {false, true}) {
      for (const bool relu : {false, true}) variants.push_back({black, signs, relu});
    }
  }
  return variants;
}

const Partition& GridStyles::of(GramMode mode) const {
  switch (mode) {
    case GramMode::kRaw:
      return raw;
    case GramMode::kCentered:
      return centered;
    case GramMode::kBoth:
      break;
  }
  return both;
}

GridStyles grid_styles(Grid grid, const Variant& variant) {
  const StyleSums sums(variant);
  ClassNumbers<Entries, EntriesHash> raw_number, centered_number;
  std::vector<std::uint32_t> raw_class(grid.images()), centered_class(grid.images());
  Entries raw{}, centered{};
  for (std::uint32_t image = 0; image < grid.images(); ++image) {
    sums.compute(count_patches(grid, image), grid.positions(), raw, centered);
    raw_class[image] = raw_number(raw);
    centered_class[image] = centered_number(centered);
  }
  Partition by_raw(std::move(raw_class)), by_centered(std::move(centered_class));
  Partition by_both = common_refinement(by_raw, by_centered);
  return {std::move(by_raw), std::move(by_centered), std::move(by_both)};
}

Partition patch_classes(Grid grid) {
  // At most 12 positions: 4 bits for each of the 16 counts.
  ClassNumbers<std::uint64_t> number;
  std::vector<std::uint32_t> class_of(grid.images());
  for (std::uint32_t image = 0; image < grid.images(); ++image) {
    std::uint64_t key = 0;
    for (const int count : count_patches(grid, image)) {
      key = key << 4U | static_cast<std::uint64_t>(count);
    }
    class_of[image] = number(key);
  }
  return Partition(std::move(class_of));
}

}  // namespace vggstyle::toy
