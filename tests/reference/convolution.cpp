#include <algorithm>

#include "tests/reference/ops.h"

namespace vggstyle::reference {
namespace {

double kernel_at(const std::vector<float>& kernel, int in_channels, int o, int c, int i, int j) {
  return static_cast<double>(
      kernel[static_cast<std::size_t>(((o * in_channels + c) * 3 + i) * 3 + j)]);
}

/// Where position i of a row of `size` lies that has one more on either side; -1 if nowhere.
int source(Padding padding, int i, int size) {
  if (i >= 0 && i < size) return i;
  switch (padding) {
    case Padding::kZero:
      return -1;
    case Padding::kReflect:
      return size == 1 ? 0 : i < 0 ? -i : 2 * (size - 1) - i;
    case Padding::kReplicate:
      return std::clamp(i, 0, size - 1);
    case Padding::kCircular:
      return (i + size) % size;
  }
  return -1;
}

/// Calls visit(padded position, position) for every element of a padded tensor that is not zero.
template <typename Visit>
void each_padded(const Tensor& inner, Padding padding, Visit visit) {
  const Tensor outer(inner.channels, inner.height + 2, inner.width + 2);
  for (int c = 0; c < inner.channels; ++c) {
    for (int y = 0; y < outer.height; ++y) {
      for (int x = 0; x < outer.width; ++x) {
        const int from_y = source(padding, y - 1, inner.height);
        const int from_x = source(padding, x - 1, inner.width);
        if (from_y >= 0 && from_x >= 0) visit(outer.index(c, y, x), inner.index(c, from_y, from_x));
      }
    }
  }
}

/// Calls visit(o, c, i, j, y) for every row of products of a 3x3 convolution of a padded tensor: row y
/// of the output with row y + i of the input, from column j on.
template <typename Visit>
void each_row_of_products(int out_channels, int in_channels, int height, Visit visit) {
  for (int o = 0; o < out_channels; ++o) {
    for (int c = 0; c < in_channels; ++c) {
      for (int i = 0; i < 3; ++i) {
        for (int y = 0; y < height; ++y) {
          for (int j = 0; j < 3; ++j) visit(o, c, i, j, y);
        }
      }
    }
  }
}

}  // namespace

Tensor padded(const Tensor& in, Padding padding) {
  Tensor out(in.channels, in.height + 2, in.width + 2);
  each_padded(in, padding, [&](std::size_t to, std::size_t from) { out.data[to] = in.data[from]; });
  return out;
}

Tensor padded_backward(const Tensor& d_padded, Padding padding) {
  Tensor d(d_padded.channels, d_padded.height - 2, d_padded.width - 2);
  each_padded(d, padding,
              [&](std::size_t from, std::size_t to) { d.data[to] += d_padded.data[from]; });
  return d;
}

Tensor conv3x3(const Tensor& in, int out_channels, const std::vector<float>& kernel,
               const std::vector<float>& bias, Padding padding) {
  Tensor out(out_channels, in.height, in.width);
  if (!bias.empty()) {
    for (int o = 0; o < out_channels; ++o) {
      std::fill_n(out.data.begin() + o * in.positions(), in.positions(),
                  static_cast<double>(bias[static_cast<std::size_t>(o)]));
    }
  }
  const Tensor bordered = padded(in, padding);
  each_row_of_products(out_channels, in.channels, in.height,
                       [&](int o, int c, int i, int j, int y) {
                         const double k = kernel_at(kernel, in.channels, o, c, i, j);
                         double* to = &out.at(o, y, 0);
                         const double* from = &bordered.data[bordered.index(c, y + i, j)];
                         for (int x = 0; x < in.width; ++x) to[x] += k * from[x];
                       });
  return out;
}

Tensor conv3x3_backward(const Tensor& d_out, int in_channels, const std::vector<float>& kernel,
                        Padding padding) {
  Tensor d_padded(in_channels, d_out.height + 2, d_out.width + 2);
  each_row_of_products(d_out.channels, in_channels, d_out.height,
                       [&](int o, int c, int i, int j, int y) {
                         const double k = kernel_at(kernel, in_channels, o, c, i, j);
                         double* to = &d_padded.at(c, y + i, j);
                         const double* from = &d_out.data[d_out.index(o, y, 0)];
                         for (int x = 0; x < d_out.width; ++x) to[x] += k * from[x];
                       });
  return padded_backward(d_padded, padding);
}

}  // namespace vggstyle::reference
