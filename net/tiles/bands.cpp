#include "net/tiles/bands.h"

#include <algorithm>
#include <string>

#include "runtime/error.h"

namespace vggstyle {
namespace {

Interval common(Interval a, Interval b) {
  const int begin = std::max(a.begin, b.begin);
  return {begin, std::max(begin, std::min(a.end, b.end))};
}

/// Rows of a planar block: channels x rows.size() x width.
struct Block {
  Interval rows;
  int channels, width;

  std::size_t elements(Interval part) const {
    return Shape{channels, part.size(), width}.elements();
  }
  /// Where the part's rows of a channel begin.
  std::size_t at(int channel, Interval part) const {
    return static_cast<std::size_t>(channel * rows.size() + part.begin - rows.begin) *
           static_cast<std::size_t>(width);
  }
};

/// Copies the rows that `part` names.
void copy_rows(const Block& from, const float* source, const Block& to, float* target,
               Interval part) {
  if (part.size() == 0) return;
  const std::size_t count =
      static_cast<std::size_t>(part.size()) * static_cast<std::size_t>(from.width);
  for (int c = 0; c < from.channels; ++c) {
    std::copy_n(source + from.at(c, part), count, target + to.at(c, part));
  }
}

std::vector<Interval> gathered(Ranks& ranks, Interval own) {
  const std::vector<double> all = ranks.gather(
      std::vector<double>{static_cast<double>(own.begin), static_cast<double>(own.end)});
  std::vector<Interval> result;
  for (std::size_t i = 0; i < all.size(); i += 2) {
    result.push_back({static_cast<int>(all[i]), static_cast<int>(all[i + 1])});
  }
  return result;
}

}  // namespace

std::vector<Interval> plan_bands(int height, int alignment, int ranks) {
  const int steps = height / alignment;
  if (steps < ranks) {
    throw InputError("a picture of " + std::to_string(height) + " rows is shared by at most " +
                     std::to_string(std::max(steps, 1)) + " processes (" +
                     std::to_string(alignment) + " rows each at least), not " +
                     std::to_string(ranks) + ": start fewer, or make a larger picture");
  }
  std::vector<Interval> bands;
  for (int r = 0; r < ranks; ++r) {
    const auto row = [&](int i) {
      return static_cast<int>(static_cast<long long>(steps) * i / ranks) * alignment;
    };
    bands.push_back({row(r), r + 1 == ranks ? height : row(r + 1)});
  }
  return bands;
}

Interval slab_of(const TilePlan& plan) {
  Interval slab{std::max(0, plan.band.begin - 1), std::min(plan.picture.height, plan.band.end + 1)};
  for (const Tile& tile : plan.tiles) {
    slab.begin = std::min(slab.begin, tile.rows.window);
    slab.end = std::max(slab.end, tile.rows.window + plan.window.height);
  }
  return slab;
}

RowExchange::RowExchange(Ranks& ranks, Interval band, Interval slab)
    : ranks_(ranks), bands_(gathered(ranks, band)), slabs_(gathered(ranks, slab)) {}

std::vector<float> RowExchange::run(const std::vector<float>& band, int channels, int width) const {
  const auto own = static_cast<std::size_t>(ranks_.rank());
  const Block from{bands_[own], channels, width};
  const Block to{slabs_[own], channels, width};
  if (band.size() != from.elements(bands_[own])) {
    throw InternalError("rows of another size than the band's were to be exchanged");
  }
  std::vector<float> slab(to.elements(slabs_[own]));
  copy_rows(from, band.data(), to, slab.data(), common(bands_[own], slabs_[own]));
  std::vector<Ranks::Parcel> outgoing, incoming;
  for (std::size_t r = 0; r < bands_.size(); ++r) {
    if (r == own) continue;
    if (const Interval part = common(bands_[own], slabs_[r]); part.size() > 0) {
      outgoing.push_back({static_cast<int>(r), std::vector<float>(from.elements(part))});
      copy_rows(from, band.data(), {part, channels, width}, outgoing.back().values.data(), part);
    }
    if (const Interval part = common(bands_[r], slabs_[own]); part.size() > 0) {
      incoming.push_back({static_cast<int>(r), std::vector<float>(from.elements(part))});
    }
  }
  ranks_.exchange(outgoing, incoming);
  for (const Ranks::Parcel& parcel : incoming) {
    const Interval part = common(bands_[static_cast<std::size_t>(parcel.rank)], slabs_[own]);
    copy_rows({part, channels, width}, parcel.values.data(), to, slab.data(), part);
  }
  return slab;
}

}  // namespace vggstyle
