#include "tools/pictures/resize.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <new>
#include <string>
#include <vector>
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

zimgxx::zimage_format format_of(std::pair<int, int> size) {
  zimgxx::zimage_format format;
  format.width = static_cast<unsigned>(size.first);
  format.height = static_cast<unsigned>(size.second);
  format.pixel_type = ZIMG_PIXEL_FLOAT;
  format.color_family = ZIMG_COLOR_GREY;  // one plane at a time
  return format;
}

/// Resamples what lies within the first `extent` pixels.
zimgxx::FilterGraph build_graph(std::pair<int, int> from, std::pair<double, double> extent,
                                std::pair<int, int> to) {
  zimgxx::zfilter_graph_builder_params params;
  // Catmull-Rom rather than Lanczos: one faint ring beside a hard edge instead of two, which a
  // style transfer would take for brush strokes.
  params.resample_filter = ZIMG_RESIZE_BICUBIC;
  params.filter_param_a = 0;
  params.filter_param_b = 0.5;
  // zimg's own vector code rounds differently from one processor to another.
  params.cpu_type = ZIMG_CPU_NONE;
  zimgxx::zimage_format source = format_of(from);
  source.active_region = {0, 0, extent.first, extent.second};
  return zimgxx::FilterGraph::build(source, format_of(to), &params);
}

/// Resamples one plane; `to` points into one of the rows that `graph` makes, `stride` floats apart.
void run(const zimgxx::FilterGraph& graph, const Plane& from, float* to, std::size_t stride) {
  zimgxx::zimage_buffer_const source;
  source.plane[0].data = from.values.get();
  source.plane[0].stride = static_cast<std::ptrdiff_t>(from.stride * sizeof(float));
  source.plane[0].mask = ZIMG_BUFFER_MAX;
  zimgxx::zimage_buffer target;
  target.plane[0].data = to;
  target.plane[0].stride = static_cast<std::ptrdiff_t>(stride * sizeof(float));
  target.plane[0].mask = ZIMG_BUFFER_MAX;
  const std::unique_ptr<void, AlignedDelete> scratch(::operator new (
      std::max<std::size_t>(graph.get_tmp_size(), 1), std::align_val_t{kAlignment}));
  graph.process(source, target, scratch.get());
}

void check_size(std::pair<int, int> from, std::pair<int, int> to) {
  constexpr int kMaxSide = 30000;
  const bool possible =
      std::min(to.first, to.second) >= 1 && std::max(to.first, to.second) <= kMaxSide;
  if (from != to && !possible) {
    throw InputError(
        fmt::format("a picture cannot be resized to {}x{}: each side must be from 1 to {}",
                    to.first, to.second, kMaxSide));
  }
  if (from.first < 1 || from.second < 1) {
    throw InternalError("an empty picture cannot be resized");
  }
}

InternalError failed(const zimgxx::zerror& error) {
  return InternalError(fmt::format("resizing a picture: {}", error.msg));
}

}  // namespace

struct Resizer::State {
  std::pair<int, int> from;
  std::pair<double, double> extent;
  std::pair<int, int> to;
  int rows = 0;                   // that have come
  Picture same;                   // of the same size, the result itself;
  std::vector<Plane> narrow;      // else as wide as the result and as high as the picture
  std::array<float, 3> offset{};  // the first value of each plane

  bool keeps_size() const { return from == to && extent == std::pair<double, double>(from); }
};

Resizer::Resizer(std::pair<int, int> from, std::pair<int, int> to) : Resizer(from, from, to) {}

Resizer::Resizer(std::pair<int, int> from, std::pair<double, double> extent,
                 std::pair<int, int> to) {
  check_size(from, to);
  state_ = std::make_unique<State>();
  state_->from = from;
  state_->extent = extent;
  state_->to = to;
  if (state_->keeps_size()) {
    state_->same = Picture::black(to.first, to.second);
  } else {
    for (int c = 0; c < 3; ++c) state_->narrow.emplace_back(to.first, from.second);
  }
}

Resizer::~Resizer() = default;

void Resizer::push(const Picture& band) {
  State& state = *state_;
  const auto [width, height] = state.from;
  if (band.width != width || band.height > height - state.rows) {
    throw InternalError("the rows are not those of the picture that is resized");
  }
  if (band.height == 0) return;
  const auto first = static_cast<std::size_t>(state.rows);
  const bool starts = state.rows == 0;
  state.rows += band.height;
  if (state.keeps_size()) {
    for (int c = 0; c < 3; ++c) {
      std::copy_n(band.plane(c), band.pixels(),
                  state.same.plane(c) + first * static_cast<std::size_t>(width));
    }
    return;
  }
  try {
    const auto graph = build_graph({width, band.height}, {state.extent.first, band.height},
                                   {state.to.first, band.height});
    Plane rows(width, band.height);
    for (std::size_t c = 0; c < 3; ++c) {
      const float* values = band.plane(static_cast<int>(c));
      // Resampling what differs from a value of the plane, rather than the values, keeps a constant
      // exact though the filter's weights are rounded.
      if (starts) state.offset[c] = values[0];
      for (std::size_t y = 0; y < rows.height; ++y) {
        std::transform(values + y * rows.width, values + (y + 1) * rows.width,
                       rows.values.get() + y * rows.stride,
                       [offset = state.offset[c]](float value) { return value - offset; });
      }
      Plane& narrow = state.narrow[c];
      run(graph, rows, narrow.values.get() + first * narrow.stride, narrow.stride);
    }
  } catch (const zimgxx::zerror& error) {
    throw failed(error);
  }
}

Picture Resizer::finish() {
  State& state = *state_;
  if (state.rows != state.from.second) throw InternalError("rows are missing of a resized picture");
  if (state.keeps_size()) return std::move(state.same);
  const auto [width, height] = state.to;
  Picture result = Picture::black(width, height);
  try {
    const auto graph =
        build_graph({width, state.from.second}, {width, state.extent.second}, state.to);
    Plane plane(width, height);
    for (std::size_t c = 0; c < 3; ++c) {
      run(graph, state.narrow[c], plane.values.get(), plane.stride);
      for (std::size_t y = 0; y < plane.height; ++y) {
        const float* row = plane.values.get() + y * plane.stride;
        std::transform(row, row + plane.width, result.plane(static_cast<int>(c)) + y * plane.width,
                       [offset = state.offset[c]](float value) {
                         return std::clamp(value + offset, 0.0f, 255.0f);
                       });
      }
    }
  } catch (const zimgxx::zerror& error) {
    throw failed(error);
  }
  return result;
}

Picture resize(const Picture& picture, int width, int height) {
  Resizer resizer({picture.width, picture.height}, {width, height});
  resizer.push(picture);
  return resizer.finish();
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
