#include "tools/pictures/resize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>
#include <string>
#include <zimg++.hpp>

#include "runtime/error.h"

namespace vggstyle {
namespace {

constexpr std::size_t kAlignment = 64;  // bytes, what zimg asks of every row

struct AlignedDelete {
  void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{kAlignment}); }
};

/// One plane with rows aligned as zimg needs them.
struct Plane {
  Plane(int w, int h) : width(static_cast<std::size_t>(w)), height(static_cast<std::size_t>(h)) {
    constexpr std::size_t kFloats = kAlignment / sizeof(float);
    stride = (width + kFloats - 1) / kFloats * kFloats;
    values.reset(static_cast<float*>(
        ::operator new (stride* height * sizeof(float), std::align_val_t{kAlignment})));
    std::fill_n(values.get(), stride * height, 0.0f);
  }
  std::size_t width, height, stride;  // in floats
  std::unique_ptr<float, AlignedDelete> values;
};

zimgxx::zimage_format format_of(int width, int height) {
  zimgxx::zimage_format format;
  format.width = static_cast<unsigned>(width);
  format.height = static_cast<unsigned>(height);
  format.pixel_type = ZIMG_PIXEL_FLOAT;
  format.color_family = ZIMG_COLOR_GREY;  // one plane at a time
  return format;
}

zimgxx::FilterGraph build_graph(int from_width, int from_height, int width, int height) {
  zimgxx::zfilter_graph_builder_params params;
  // Catmull-Rom rather than Lanczos: one faint ring beside a hard edge instead of two, which a
  // style transfer would take for brush strokes.
  params.resample_filter = ZIMG_RESIZE_BICUBIC;
  params.filter_param_a = 0;
  params.filter_param_b = 0.5;
  // zimg's own vector code rounds differently from one processor to another.
  params.cpu_type = ZIMG_CPU_NONE;
  return zimgxx::FilterGraph::build(format_of(from_width, from_height), format_of(width, height),
                                    &params);
}

void run(const zimgxx::FilterGraph& graph, const Plane& from, const Plane& to) {
  zimgxx::zimage_buffer_const source;
  source.plane[0].data = from.values.get();
  source.plane[0].stride = static_cast<std::ptrdiff_t>(from.stride * sizeof(float));
  source.plane[0].mask = ZIMG_BUFFER_MAX;
  zimgxx::zimage_buffer target;
  target.plane[0].data = to.values.get();
  target.plane[0].stride = static_cast<std::ptrdiff_t>(to.stride * sizeof(float));
  target.plane[0].mask = ZIMG_BUFFER_MAX;
  const std::unique_ptr<void, AlignedDelete> scratch(::operator new (
      std::max<std::size_t>(graph.get_tmp_size(), 1), std::align_val_t{kAlignment}));
  graph.process(source, target, scratch.get());
}

/// The middle of the plane's range. Resampling what differs from it, rather than the values, keeps
/// a constant exact though the filter's weights are rounded.
float middle_of(const float* values, std::size_t count) {
  const auto [least, most] = std::minmax_element(values, values + count);
  return *least + (*most - *least) / 2;
}

}  // namespace

Picture resize(const Picture& picture, int width, int height) {
  constexpr int kMaxSide = 30000;
  if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide) {
    throw InputError(
        fmt::format("a picture cannot be resized to {}x{}: each side must be from 1 to {}", width,
                    height, kMaxSide));
  }
  if (picture.pixels() == 0) throw InternalError("an empty picture cannot be resized");
  if (width == picture.width && height == picture.height) return picture;

  Picture result = Picture::black(width, height);
  Plane from(picture.width, picture.height);
  const Plane to(width, height);
  try {
    const auto graph = build_graph(picture.width, picture.height, width, height);
    for (int c = 0; c < 3; ++c) {
      const float middle = middle_of(picture.plane(c), picture.pixels());
      for (std::size_t y = 0; y < from.height; ++y) {
        const float* row = picture.plane(c) + y * from.width;
        std::transform(row, row + from.width, from.values.get() + y * from.stride,
                       [middle](float value) { return value - middle; });
      }
      run(graph, from, to);
      for (std::size_t y = 0; y < to.height; ++y) {
        const float* row = to.values.get() + y * to.stride;
        std::transform(row, row + to.width, result.plane(c) + y * to.width,
                       [middle](float value) { return std::clamp(value + middle, 0.0f, 255.0f); });
      }
    }
  } catch (const zimgxx::zerror& error) {
    throw InternalError(fmt::format("resizing {}x{} to {}x{}: {}", picture.width, picture.height,
                                    width, height, error.msg));
  }
  return result;
}

std::pair<int, int> fit_longest_side(int width, int height, int longest) {
  if (width < 1 || height < 1 || longest < 1) {
    throw InternalError(
        fmt::format("a picture of {}x{} cannot be fitted to {}", width, height, longest));
  }
  const double scale = static_cast<double>(longest) / std::max(width, height);
  const auto side = [scale](int length) {
    return std::max(1, static_cast<int>(std::lround(scale * length)));
  };
  return {side(width), side(height)};
}

}  // namespace vggstyle
