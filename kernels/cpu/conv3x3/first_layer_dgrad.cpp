#include "kernels/cpu/conv3x3/first_layer_dgrad.h"

namespace vggstyle::cpu {
namespace {

constexpr int kColours = 3;

float sum_lanes(Vec v) {
  float sum = 0;
  for (int lane = 0; lane < kBlock; ++lane) sum += v[lane];
  return sum;
}

}  // namespace

FirstLayerDgrad::FirstLayerDgrad(std::span<const float> kernel, int channels)
    : blocks_(channels / kBlock), weights_(kernel.size()) {
  std::size_t to = 0;
  for (int tap = 0; tap < 9; ++tap) {
    for (int block = 0; block < blocks_; ++block) {
      for (int colour = 0; colour < kColours; ++colour) {
        for (int lane = 0; lane < kBlock; ++lane) {
          const int o = block * kBlock + lane;
          weights_[to++] = kernel[static_cast<std::size_t>((o * kColours + colour) * 9 + tap)];
        }
      }
    }
  }
}

/// `Pixels` neighbours from x on; `Edge` if a tap may fall outside to the left or right.
template <int Pixels, bool Edge>
void FirstLayerDgrad::pixels(const Tensor& d_out, const Tensor& d_in, int y, int x) const {
  const int height = d_out.shape.height, width = d_out.shape.width;
  const auto row = static_cast<std::ptrdiff_t>(width) * kBlock;
  Vec acc[Pixels][kColours] = {};
  for (int i = 0; i < 3; ++i) {
    const int from_y = y - i + 1;
    if (from_y < 0 || from_y >= height) continue;
    for (int j = 0; j < 3; ++j) {
      const int from_x = x - j + 1;
      if (Edge && (from_x < 0 || from_x >= width)) continue;
      const float* weights = weights_.data() + (i * 3 + j) * blocks_ * kColours * kBlock;
      for (int block = 0; block < blocks_; ++block, weights += kColours * kBlock) {
        const float* d = elements(d_out) +
                         (static_cast<std::ptrdiff_t>(block) * height + from_y) * row +
                         static_cast<std::ptrdiff_t>(from_x) * kBlock;
        for (int p = 0; p < Pixels; ++p) {
          const Vec v = load(d + p * kBlock);
          for (int c = 0; c < kColours; ++c) acc[p][c] += v * load(weights + c * kBlock);
        }
      }
    }
  }
  const Shape& in = d_in.shape;
  const int margin = (in.height - height) / 2;
  for (int c = 0; c < kColours; ++c) {
    float* to = elements(d_in) +
                (static_cast<std::ptrdiff_t>(c) * in.height + y + margin) * in.width + x + margin;
    for (int p = 0; p < Pixels; ++p) to[p] = sum_lanes(acc[p][c]);
  }
}

void FirstLayerDgrad::execute(const Tensor& d_out, const Tensor& d_in) const {
  const int height = d_out.shape.height, width = d_out.shape.width;
  const int margin = (d_in.shape.height - height) / 2;
#pragma omp parallel for schedule(static)
  for (int y = -margin; y < height + margin; ++y) {
    int x = -margin;
    for (; x < 1; ++x) pixels<1, true>(d_out, d_in, y, x);
    for (; x + 4 < width; x += 4) pixels<4, false>(d_out, d_in, y, x);
    for (; x < width + margin; ++x) pixels<1, true>(d_out, d_in, y, x);
  }
}

}  // namespace vggstyle::cpu
