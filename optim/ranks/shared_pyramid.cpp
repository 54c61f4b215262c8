#include "optim/ranks/shared_pyramid.h"

#include <algorithm>

namespace vggstyle {
namespace {

std::size_t bytes_of(const Shape& shape) {
  return shape.elements() * sizeof(float);
}

/// Of 3 x rows x width.
Shape rows_shape(Interval rows, const Shape& level) {
  return {3, rows.size(), level.width};
}

/// How often the rows at which bands begin can be halved.
int halvings(Ranks& ranks, Interval band) {
  const double begin = band.begin;
  int count = 30;
  for (const double b : ranks.gather({&begin, 1})) {
    int row = static_cast<int>(b);
    if (row == 0) continue;
    int own = 0;
    for (; row % 2 == 0; row /= 2) ++own;
    count = std::min(count, own);
  }
  return count;
}

}  // namespace

SharedPyramid::SharedPyramid(const BandVectors& bands, Backend& backend)
    : backend_(backend),
      levels_(make_levels(bands, backend)),
      to_all_(bands.ranks(), levels_.back().band, {0, levels_.back().shape.height}),
      rest_(backend, levels_.back().shape),
      gathered_(bands.device(), bytes_of(levels_.back().shape)),
      solved_(bands.device(), gathered_.bytes()) {
  std::size_t most = 0;
  for (std::size_t l = 0; l + 1 < levels_.size(); ++l) {
    const Interval rows = half(levels_[l].slab);
    to_half_.emplace_back(bands.ranks(), levels_[l + 1].band, rows);
    most = std::max(most, bytes_of(rows_shape(rows, levels_[l + 1].shape)));
  }
  half_ = Buffer(bands.device(), most);
}

std::vector<SharedPyramid::Level> SharedPyramid::make_levels(const BandVectors& bands,
                                                             Backend& backend) {
  const int shared = halvings(bands.ranks(), bands.band());
  std::vector<Level> levels;
  Shape shape = bands.picture();
  Interval band = bands.band();
  for (int l = 0;; ++l) {
    const Interval slab{std::max(0, band.begin - 2), std::min(shape.height, band.end + 2)};
    levels.push_back(
        {shape, band, slab, RowExchange(bands.ranks(), band, slab),
         l == 0 ? Buffer() : Buffer(backend.device(), bytes_of(rows_shape(band, shape))),
         Buffer(backend.device(), bytes_of(rows_shape(slab, shape)))});
    const bool at_border = band.end == shape.height;
    shape = {3, (shape.height + 1) / 2, (shape.width + 1) / 2};
    if (l == shared || std::min(shape.height, shape.width) < PyramidPreconditioner::kLeastSide) {
      return levels;
    }
    band = {band.begin / 2, at_border ? shape.height : band.end / 2};
  }
}

std::vector<float> SharedPyramid::rows_of(const Level& level, const float* band,
                                          const RowExchange& exchange) const {
  std::vector<float> own(rows_shape(level.band, level.shape).elements());
  backend_.device().download(own.data(), band, own.size() * sizeof(float));
  return exchange.run(own, 3, level.shape.width);
}

// Rows next to a slab's end lack neighbours, and are no part of the band.
void SharedPyramid::reduce(std::size_t fine, const float* pixels) {
  Level& from = levels_[fine];
  Level& to = levels_[fine + 1];
  const std::vector<float> slab = rows_of(from, pixels, from.to_slab);
  backend_.device().upload(from.near.data(), slab.data(), from.near.bytes());
  const Interval rows = half(from.slab);
  const Shape made = rows_shape(rows, to.shape), kept = rows_shape(to.band, to.shape);
  PixelOps& ops = backend_.pixel_ops();
  ops.reduce(from.near.as<float>(), rows_shape(from.slab, from.shape), half_.as<float>());
  ops.copy_rectangle(half_.as<float>(), made,
                     {to.band.begin - rows.begin, 0, kept.height, kept.width},
                     to.pixels.as<float>(), kept, 0, 0);
}

void SharedPyramid::expand(std::size_t fine, const float* coarse, const float* pixels, float* out) {
  Level& level = levels_[fine];
  const Shape slab = rows_shape(level.slab, level.shape);
  const Shape band = rows_shape(level.band, level.shape);
  const int above = level.band.begin - level.slab.begin;
  PixelOps& ops = backend_.pixel_ops();
  backend_.device().upload(half_.data(), coarse,
                           bytes_of(rows_shape(half(level.slab), levels_[fine + 1].shape)));
  backend_.device().clear(level.near.data(), level.near.bytes());
  ops.copy_rectangle(pixels, band, {0, 0, band.height, band.width}, level.near.as<float>(), slab,
                     above, 0);
  ops.expand_add(half_.as<float>(), slab, level.near.as<float>());
  ops.copy_rectangle(level.near.as<float>(), slab, {above, 0, band.height, band.width}, out, band,
                     0, 0);
}

void SharedPyramid::apply(const float* v, float* out) {
  const std::size_t last = levels_.size() - 1;
  const auto pixels = [&](std::size_t l) { return l == 0 ? v : levels_[l].pixels.as<float>(); };
  const auto result = [&](std::size_t l) { return l == 0 ? out : levels_[l].pixels.as<float>(); };
  for (std::size_t l = 0; l < last; ++l) reduce(l, pixels(l));
  const Level& coarsest = levels_[last];
  std::vector<float> whole = rows_of(coarsest, pixels(last), to_all_);
  backend_.device().upload(gathered_.data(), whole.data(), gathered_.bytes());
  rest_.apply(gathered_.as<float>(), solved_.as<float>());
  const Shape band = rows_shape(coarsest.band, coarsest.shape);
  backend_.pixel_ops().copy_rectangle(solved_.as<float>(), coarsest.shape,
                                      {coarsest.band.begin, 0, band.height, band.width},
                                      result(last), band, 0, 0);
  for (std::size_t l = last; l-- > 0;) {
    const std::vector<float> coarse = rows_of(levels_[l + 1], result(l + 1), to_half_[l]);
    expand(l, coarse.data(), pixels(l), result(l));
  }
}

}  // namespace vggstyle
