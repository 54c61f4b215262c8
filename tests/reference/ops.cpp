#include "tests/reference/ops.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vggstyle::reference {
namespace {

double kernel_at(const std::vector<float>& kernel, int in_channels, int o, int c, int i, int j) {
  return static_cast<double>(
      kernel[static_cast<std::size_t>(((o * in_channels + c) * 3 + i) * 3 + j)]);
}

/// Calls visit(o, c, i, j, y, x) for every product of a 3x3 convolution; the input element is
/// (c, y + i - 1, x + j - 1).
template <typename Visit>
void each_product(int out_channels, const Tensor& in, Visit visit) {
  for (int o = 0; o < out_channels; ++o) {
    for (int c = 0; c < in.channels; ++c) {
      for (int i = 0; i < 3; ++i) {
        for (int y = std::max(0, 1 - i); y < std::min(in.height, in.height + 1 - i); ++y) {
          for (int j = 0; j < 3; ++j) {
            const int first = std::max(0, 1 - j), last = std::min(in.width, in.width + 1 - j);
            visit(o, c, i, j, y, first, last);
          }
        }
      }
    }
  }
}

/// The elements of a 2x2 window in row-major order.
struct Window {
  int y, x;
};
constexpr Window kWindow[4] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};

}  // namespace

Tensor conv3x3(const Tensor& in, int out_channels, const std::vector<float>& kernel,
               const std::vector<float>& bias) {
  Tensor out(out_channels, in.height, in.width);
  if (!bias.empty()) {
    for (int o = 0; o < out_channels; ++o) {
      std::fill_n(out.data.begin() + o * in.positions(), in.positions(),
                  static_cast<double>(bias[static_cast<std::size_t>(o)]));
    }
  }
  each_product(out_channels, in, [&](int o, int c, int i, int j, int y, int first, int last) {
    const double k = kernel_at(kernel, in.channels, o, c, i, j);
    double* to = &out.at(o, y, 0);
    const double* from = &in.data[in.index(c, y + i - 1, 0)] + j - 1;
    for (int x = first; x < last; ++x) to[x] += k * from[x];
  });
  return out;
}

Tensor conv3x3_backward(const Tensor& d_out, int in_channels, const std::vector<float>& kernel) {
  Tensor d_in(in_channels, d_out.height, d_out.width);
  each_product(d_out.channels, d_in, [&](int o, int c, int i, int j, int y, int first, int last) {
    const double k = kernel_at(kernel, in_channels, o, c, i, j);
    double* to = &d_in.at(c, y + i - 1, 0) + j - 1;
    const double* from = &d_out.data[d_out.index(o, y, 0)];
    for (int x = first; x < last; ++x) to[x] += k * from[x];
  });
  return d_in;
}

Tensor relu(Tensor x) {
  for (double& value : x.data) value = std::max(value, 0.0);
  return x;
}

Tensor relu_backward(Tensor d, const Tensor& f) {
  for (std::size_t i = 0; i < d.data.size(); ++i) {
    if (!(f.data[i] > 0)) d.data[i] = 0;
  }
  return d;
}

Tensor pool(Pooling kind, const Tensor& in) {
  Tensor out(in.channels, in.height / 2, in.width / 2);
  for (int c = 0; c < out.channels; ++c) {
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width; ++x) {
        double sum = 0, best = in.at(c, 2 * y, 2 * x);
        for (const Window w : kWindow) {
          const double value = in.at(c, 2 * y + w.y, 2 * x + w.x);
          sum += value;
          best = std::max(best, value);
        }
        out.at(c, y, x) = kind == Pooling::kMax ? best : sum / 4;
      }
    }
  }
  return out;
}

Tensor pool_backward(Pooling kind, const Tensor& d_out, const Tensor& in) {
  Tensor d_in(in.channels, in.height, in.width);
  for (int c = 0; c < d_out.channels; ++c) {
    for (int y = 0; y < d_out.height; ++y) {
      for (int x = 0; x < d_out.width; ++x) {
        Window winner = kWindow[0];
        for (const Window w : kWindow) {
          if (kind == Pooling::kAverage) {
            d_in.at(c, 2 * y + w.y, 2 * x + w.x) = d_out.at(c, y, x) / 4;
          } else if (in.at(c, 2 * y + w.y, 2 * x + w.x) >
                     in.at(c, 2 * y + winner.y, 2 * x + winner.x)) {
            winner = w;
          }
        }
        if (kind == Pooling::kMax) {
          d_in.at(c, 2 * y + winner.y, 2 * x + winner.x) = d_out.at(c, y, x);
        }
      }
    }
  }
  return d_in;
}

Tensor preprocess(Preprocessing preprocessing, const Tensor& rgb) {
  Tensor out(3, rgb.height, rgb.width);
  const double caffe_mean[3] = {103.939, 116.779, 123.68};
  const double torch_mean[3] = {0.485, 0.456, 0.406}, torch_deviation[3] = {0.229, 0.224, 0.225};
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < rgb.height; ++y) {
      for (int x = 0; x < rgb.width; ++x) {
        out.at(c, y, x) = preprocessing == Preprocessing::kCaffe
                              ? rgb.at(2 - c, y, x) - caffe_mean[c]
                              : (rgb.at(c, y, x) / 255 - torch_mean[c]) / torch_deviation[c];
      }
    }
  }
  return out;
}

Tensor preprocess_backward(Preprocessing preprocessing, const Tensor& d_in) {
  Tensor d_rgb(3, d_in.height, d_in.width);
  const double torch_deviation[3] = {0.229, 0.224, 0.225};
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < d_in.height; ++y) {
      for (int x = 0; x < d_in.width; ++x) {
        if (preprocessing == Preprocessing::kCaffe) {
          d_rgb.at(2 - c, y, x) = d_in.at(c, y, x);
        } else {
          d_rgb.at(c, y, x) = d_in.at(c, y, x) / 255 / torch_deviation[c];
        }
      }
    }
  }
  return d_rgb;
}

}  // namespace vggstyle::reference
