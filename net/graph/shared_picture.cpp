#include "net/graph/shared_picture.h"

#include <algorithm>

namespace vggstyle {
namespace {

std::size_t bytes_of(const Shape& shape) {
  return shape.elements() * sizeof(float);
}

}  // namespace

SharedPicture::SharedPicture(Ranks& ranks, Backend& backend, const TilePlan& plan)
    : ranks_(ranks),
      backend_(backend),
      plan_(plan),
      slab_(slab_of(plan)),
      exchange_(ranks, plan.band, slab_),
      slab_pixels_(backend.device(), bytes_of({3, slab_.size(), plan.picture.width})),
      near_(backend.device(), bytes_of({3, plan.band.size() + 2, plan.picture.width})),
      near_gradient_(backend.device(), near_.bytes()) {}

PictureRows SharedPicture::gathered(const float* band) {
  std::vector<float> own(plan_.band_shape().elements());
  backend_.device().download(own.data(), band, own.size() * sizeof(float));
  const std::vector<float> slab = exchange_.run(own, 3, plan_.picture.width);
  backend_.device().upload(slab_pixels_.data(), slab.data(), slab_pixels_.bytes());
  return {slab_pixels_.as<float>(), {3, slab_.size(), plan_.picture.width}, slab_.begin};
}

PictureRows SharedPicture::uploaded(const float* picture) {
  const Shape shape{3, slab_.size(), plan_.picture.width};
  const auto width = static_cast<std::size_t>(shape.width);
  for (std::size_t c = 0; c < 3; ++c) {
    backend_.device().upload(
        slab_pixels_.as<float>() + c * shape.positions(),
        picture + c * plan_.picture.positions() + static_cast<std::size_t>(slab_.begin) * width,
        shape.positions() * sizeof(float));
  }
  return {slab_pixels_.as<float>(), shape, slab_.begin};
}

PictureRows SharedPicture::cut(const PictureRows& slab, Interval rows) {
  const Shape shape{3, rows.size(), slab.shape.width};
  backend_.pixel_ops().copy_rectangle(slab.pixels, slab.shape,
                                      {rows.begin - slab.top, 0, shape.height, shape.width},
                                      near_.as<float>(), shape, 0, 0);
  return {near_.as<float>(), shape, rows.begin};
}

PictureRows SharedPicture::counted(const PictureRows& slab) {
  return cut(slab, {plan_.band.begin, std::min(plan_.band.end + 1, plan_.picture.height)});
}

PictureRows SharedPicture::surplus(const PictureRows& slab) {
  if (plan_.band.end == plan_.picture.height) return {};
  return cut(slab, {plan_.band.end, plan_.band.end + 1});
}

void SharedPicture::add_gradient(const PictureRows& slab, float* band,
                                 const std::function<void(const PictureRows&, float*)>& add) {
  PixelOps& ops = backend_.pixel_ops();
  const PictureRows rows = cut(slab, {std::max(plan_.band.begin - 1, 0),
                                      std::min(plan_.band.end + 1, plan_.picture.height)});
  auto* gradient = near_gradient_.as<float>();
  const Shape own = plan_.band_shape();
  const int above = plan_.band.begin - rows.top;
  backend_.device().clear(gradient, bytes_of(rows.shape));
  ops.copy_rectangle(band, own, {0, 0, own.height, own.width}, gradient, rows.shape, above, 0);
  add(rows, gradient);
  ops.copy_rectangle(gradient, rows.shape, {above, 0, own.height, own.width}, band, own, 0, 0);
}

}  // namespace vggstyle
