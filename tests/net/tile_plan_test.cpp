// How a picture is cut into tiles.

#include "net/tiles/tile_plan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "runtime/error.h"

using namespace vggstyle;

namespace {

/// Which elements of a row the ones that are set depend on: through a convolution, and a pool.
std::vector<bool> through_convolution(const std::vector<bool>& set) {
  std::vector<bool> result(set.size());
  for (std::size_t i = 0; i < set.size(); ++i) {
    result[i] = set[i] || (i > 0 && set[i - 1]) || (i + 1 < set.size() && set[i + 1]);
  }
  return result;
}
std::vector<bool> before_pool(const std::vector<bool>& set, std::size_t size) {
  std::vector<bool> result(size);
  for (std::size_t i = 0; i < 2 * set.size(); ++i) result[i] = set[i / 2];
  return result;
}
std::vector<bool> after_pool(const std::vector<bool>& set) {
  std::vector<bool> result(set.size() / 2);
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = set[2 * i] || set[2 * i + 1];
  return result;
}

bool pool_before(Model model, int layer) {
  return layer > 0 && layer_stride(model, layer) > layer_stride(model, layer - 1);
}

/// The pixels of a row of `length` that layers up to `deepest` look at in places that `set` has a part in.
std::vector<bool> seen_by_gradient(Model model, int deepest, std::vector<bool> set) {
  std::vector<bool> result(set.size());
  for (int layer = 0; layer <= deepest; ++layer) {
    if (pool_before(model, layer)) set = after_pool(set);
    set = through_convolution(set);
    // Down again to the pixels.
    std::vector<bool> down = set;
    for (int below = layer; below >= 0; --below) {
      down = through_convolution(down);
      if (pool_before(model, below))
        down = before_pool(
            down, result.size() / static_cast<std::size_t>(layer_stride(model, below - 1)));
    }
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = result[i] || down[i];
  }
  return result;
}

}  // namespace

TEST_CASE("tiles: the halo is what the gradient of a core depends on, and not a stride more") {
  for (const Model model : {Model::kVgg16, Model::kVgg19}) {
    for (const int deepest : {0, 1, 2, 4, 6, 9, 12}) {
      CAPTURE(deepest);
      const int halo = tile_halo(model, deepest, true), step = tile_alignment(model, deepest);
      const int begin = 2 * halo, end = begin + 4 * step;
      std::vector<bool> core(static_cast<std::size_t>(6 * halo + 16 * step));
      std::fill(core.begin() + begin, core.begin() + end, true);
      const std::vector<bool> seen = seen_by_gradient(model, deepest, core);
      const auto first = std::find(seen.begin(), seen.end(), true) - seen.begin();
      const auto last = seen.rend() - std::find(seen.rbegin(), seen.rend(), true);
      CHECK(begin - first <= halo);
      CHECK(begin - first > halo - step);
      CHECK(last - end <= halo);
      CHECK(tile_halo(model, deepest, false) < halo);
    }
  }
  CHECK(tile_halo(Model::kVgg16, kPixelLayer, true) == 0);
  CHECK(tile_halo(Model::kVgg16, 12, true) == 192);
}

TEST_CASE("tiles: cores cover every pixel once, and windows have what cores need") {
  const int deepest = 4, halo = tile_halo(Model::kVgg16, deepest, true);
  const int least = least_window(Model::kVgg16, deepest, true);
  for (const Padding padding : {Padding::kZero, Padding::kCircular}) {
    const bool wraps = padding == Padding::kCircular;
    for (const int length : {least + 1, 2 * least, 203, 204, 400}) {
      for (const int side : {least, least + 3, 97, 150}) {
        if (wraps && length % 4 != 0) continue;
        CAPTURE(length);
        CAPTURE(side);
        const TilePlan plan =
            plan_tiles(Model::kVgg16, deepest, {3, 40, length}, padding, side, true);
        CHECK(plan.window.height == 40);
        CHECK(plan.window.width <= std::min(side, length));
        if (plan.whole()) continue;
        int next = 0;
        for (const Tile& tile : plan.tiles) {
          CHECK(tile.rows.core == Interval{0, 40});
          const TileSide& x = tile.columns;
          CHECK(x.core.begin == next);
          CHECK(x.core.end > x.core.begin);
          next = x.core.end;
          CHECK(x.window % 4 == 0);
          CHECK(x.core.begin % 4 == 0);
          const int window_end = x.window + plan.window.width;
          if (!wraps) CHECK(x.window >= 0);
          if (!wraps) CHECK(window_end <= length);
          if (wraps || x.window > 0) CHECK(x.core.begin - x.window >= halo);
          if (wraps || window_end < length) CHECK(window_end - x.core.end >= halo);
        }
        CHECK(next == length);
      }
    }
  }
}

TEST_CASE("tiles: a picture no larger than a window is one, and a window too small is refused") {
  const auto plan = [](int side, Padding padding = Padding::kZero, int width = 200) {
    return plan_tiles(Model::kVgg16, 4, {3, 60, width}, padding, side, true);
  };
  CHECK(plan(0).whole());
  CHECK(plan(200).whole());
  CHECK(plan(200).window == Shape{3, 60, 200});
  CHECK_FALSE(plan(199).whole());
  CHECK_THROWS_AS(plan(40), InternalError);
  CHECK_THROWS_AS(plan(100, Padding::kCircular, 202), InternalError);
  CHECK_NOTHROW(plan(least_window(Model::kVgg16, 4, true), Padding::kZero, 203));
}

TEST_CASE("tiles: positions of a layer belong to the tile of their first pixel") {
  const TilePlan plan = plan_tiles(Model::kVgg16, 4, {3, 203, 203}, Padding::kZero, 97, true);
  const Shape level{256, 50, 50};  // of 203 pixels, a rest of three is in no position
  std::vector<int> owners(50);
  for (const Tile& tile : plan.tiles) {
    if (tile.rows.core.begin != 0) continue;
    const LevelSide x = at_level(tile, plan, 4, level).columns;
    for (int i = x.core.begin; i < x.core.end; ++i) {
      CHECK(i < plan.window.width / 4);
      ++owners[static_cast<std::size_t>(x.window + i)];
    }
  }
  CHECK(std::ranges::all_of(owners, [](int count) { return count == 1; }));
}
