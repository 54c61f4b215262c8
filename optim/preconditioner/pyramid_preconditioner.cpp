#include "optim/preconditioner/pyramid_preconditioner.h"

#include <algorithm>

namespace vggstyle {
namespace {

std::vector<Shape> smaller_shapes(Shape shape) {
  std::vector<Shape> shapes;
  for (;;) {
    shape = {shape.channels, (shape.height + 1) / 2, (shape.width + 1) / 2};
    if (std::min(shape.height, shape.width) < PyramidPreconditioner::kLeastSide) return shapes;
    shapes.push_back(shape);
  }
}

}  // namespace

PyramidPreconditioner::PyramidPreconditioner(Backend& backend, Shape picture)
    : backend_(backend), picture_(picture) {
  const std::vector<Shape> shapes = smaller_shapes(picture);
  std::size_t elements = 0;
  for (const Shape shape : shapes) elements += shape.elements();
  memory_ = Buffer(backend.device(), elements * sizeof(float));
  auto* pixels = memory_.as<float>();
  for (const Shape shape : shapes) {
    levels_.push_back({shape, pixels});
    pixels += shape.elements();
  }
}

void PyramidPreconditioner::apply(const float* v, float* out) {
  PixelOps& ops = backend_.pixel_ops();
  const float* finer = v;
  Shape shape = picture_;
  for (const Level& level : levels_) {
    ops.reduce(finer, shape, level.pixels);
    finer = level.pixels;
    shape = level.shape;
  }
  for (std::size_t i = levels_.size(); i > 1; --i) {
    ops.expand_add(levels_[i - 1].pixels, levels_[i - 2].shape, levels_[i - 2].pixels);
  }
  backend_.vector_ops().copy(v, picture_.elements(), out);
  if (!levels_.empty()) ops.expand_add(levels_[0].pixels, picture_, out);
}

}  // namespace vggstyle
