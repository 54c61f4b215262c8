#include "tests/reference/ops.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vggstyle::reference {
namespace {

/// The elements of a 2x2 window in row-major order.
struct Window {
  int y, x;
};
constexpr Window kWindow[4] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};

}  // namespace

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
        double sum = 0, squares = 0, best = in.at(c, 2 * y, 2 * x);
        for (const Window w : kWindow) {
          const double value = in.at(c, 2 * y + w.y, 2 * x + w.x);
          sum += value;
          squares += value * value;
          best = std::max(best, value);
        }
        out.at(c, y, x) = kind == Pooling::kMax  ? best
                          : kind == Pooling::kL2 ? std::sqrt(squares / 4)
                                                 : sum / 4;
      }
    }
  }
  return out;
}

namespace {

/// d sqrt(mean of squares): 0 where all are 0.
Tensor l2_pool_backward(const Tensor& d_out, const Tensor& in) {
  const Tensor root = pool(Pooling::kL2, in);
  Tensor d_in(in.channels, in.height, in.width);
  for (int c = 0; c < d_out.channels; ++c) {
    for (int y = 0; y < 2 * d_out.height; ++y) {
      for (int x = 0; x < 2 * d_out.width; ++x) {
        const double r = root.at(c, y / 2, x / 2);
        if (r > 0) d_in.at(c, y, x) = d_out.at(c, y / 2, x / 2) * in.at(c, y, x) / (4 * r);
      }
    }
  }
  return d_in;
}

}  // namespace

Tensor pool_backward(Pooling kind, const Tensor& d_out, const Tensor& in) {
  if (kind == Pooling::kL2) return l2_pool_backward(d_out, in);
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

namespace {

/// Calls with each pair of pixels that reduce() connects, and the weight between them.
template <typename Visit>
void visit_pyramid(int channels, int height, int width, Visit&& visit) {
  constexpr double kTaps[] = {1.0 / 8, 3.0 / 8, 3.0 / 8, 1.0 / 8};
  for (int c = 0; c < channels; ++c) {
    for (int i = 0; i < (height + 1) / 2; ++i) {
      for (int j = 0; j < (width + 1) / 2; ++j) {
        for (int a = 0; a < 4; ++a) {
          for (int b = 0; b < 4; ++b) {
            const int y = 2 * i - 1 + a, x = 2 * j - 1 + b;
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            visit(c, i, j, y, x, 2 * kTaps[a] * kTaps[b]);
          }
        }
      }
    }
  }
}

}  // namespace

Tensor reduce(const Tensor& fine) {
  Tensor coarse(fine.channels, (fine.height + 1) / 2, (fine.width + 1) / 2);
  visit_pyramid(fine.channels, fine.height, fine.width,
                [&](int c, int i, int j, int y, int x, double weight) {
                  coarse.at(c, i, j) += weight * fine.at(c, y, x);
                });
  return coarse;
}

Tensor expand(const Tensor& coarse, int height, int width) {
  Tensor fine(coarse.channels, height, width);
  visit_pyramid(coarse.channels, height, width,
                [&](int c, int i, int j, int y, int x, double weight) {
                  fine.at(c, y, x) += weight * coarse.at(c, i, j);
                });
  return fine;
}

}  // namespace vggstyle::reference
