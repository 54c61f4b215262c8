// How ranks share the rows of a picture, and what they send each other.

#include "net/tiles/bands.h"

#include <doctest/doctest.h>

#include "net/tiles/band_vectors.h"
#include "runtime/cpu_device.h"
#include "runtime/error.h"
#include "tests/ranks/thread_ranks.h"

using namespace vggstyle;
using namespace vggstyle::testing;

namespace {

/// 1000 c + 10 y + x of a planar block of `rows`.
std::vector<float> numbered(Interval rows, int width) {
  std::vector<float> values;
  for (int c = 0; c < 3; ++c) {
    for (int y = rows.begin; y < rows.end; ++y) {
      for (int x = 0; x < width; ++x) values.push_back(static_cast<float>(1000 * c + 10 * y + x));
    }
  }
  return values;
}

}  // namespace

TEST_CASE("bands: every row has one rank, bands begin at multiples and are about equal") {
  for (const int height : {32, 47, 48, 200, 1023}) {
    for (const int alignment : {1, 2, 16}) {
      for (const int ranks : {1, 2, 3, 7}) {
        if (height / alignment < ranks) continue;
        const std::vector<Interval> bands = plan_bands(height, alignment, ranks);
        REQUIRE(bands.size() == static_cast<std::size_t>(ranks));
        int next = 0;
        for (const Interval& band : bands) {
          CHECK(band.begin == next);
          CHECK(band.begin % alignment == 0);
          CHECK(band.size() >= height / alignment / ranks * alignment);
          CHECK(band.size() <= (height / alignment / ranks + 2) * alignment);
          next = band.end;
        }
        CHECK(next == height);
      }
    }
  }
}

TEST_CASE("bands: more ranks than there are rows for are refused with how many there may be") {
  CHECK_THROWS_WITH_AS(plan_bands(47, 16, 3),
                       doctest::Contains("47 rows is shared by at most 2 processes"), InputError);
  CHECK(plan_bands(48, 16, 3).size() == 3);
}

TEST_CASE("bands: rows come from whichever rank has them, and from several") {
  const std::vector<Interval> bands = {{0, 2}, {2, 3}, {3, 8}};
  const std::vector<Interval> slabs = {{0, 5}, {0, 8}, {1, 8}};
  run_as_ranks(3, [&](Ranks& ranks) {
    const auto own = static_cast<std::size_t>(ranks.rank());
    const RowExchange exchange(ranks, bands[own], slabs[own]);
    CHECK(exchange.run(numbered(bands[own], 4), 3, 4) == numbered(slabs[own], 4));
  });
}

TEST_CASE("bands: a vector is gathered on every rank, or on the first, and cut again") {
  const std::vector<Interval> bands = {{0, 3}, {3, 4}, {4, 9}};
  const std::vector<float> whole = numbered({0, 9}, 5);
  run_as_ranks(3, [&](Ranks& ranks) {
    const auto device = make_cpu_device(1);
    const Interval own = bands[static_cast<std::size_t>(ranks.rank())];
    const BandVectors vectors(ranks, *device, {3, 9, 5}, own);
    std::vector<float> band(vectors.band_elements());
    vectors.cut(whole.data(), band.data());
    CHECK(band == numbered(own, 5));
    CHECK(vectors.gather(band.data()) == whole);
    CHECK(vectors.gather_at_lead(band.data()) == (ranks.leads() ? whole : std::vector<float>{}));
  });
}

TEST_CASE("ranks: an error of one ends all, and different calls are one") {
  CHECK_THROWS_AS(run_as_ranks(3,
                               [](Ranks& ranks) {
                                 if (ranks.rank() == 1) throw InputError("here");
                                 double value = 1;
                                 ranks.sum({&value, 1});
                               }),
                  InputError);
  CHECK_THROWS_AS(run_as_ranks(2,
                               [](Ranks& ranks) {
                                 double value = 1;
                                 if (ranks.leads()) {
                                   ranks.sum({&value, 1});
                                 } else {
                                   ranks.broadcast({&value, 1});
                                 }
                               }),
                  std::logic_error);
}
