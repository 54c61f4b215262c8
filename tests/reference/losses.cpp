#include "tests/reference/losses.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vggstyle::reference {
namespace {

double squared_norm(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return sum;
}

std::vector<double> centered_gram(const StyleStatistics& s) {
  std::vector<double> gc = s.gram;
  const auto n = static_cast<std::size_t>(s.channels);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) gc[i * n + j] -= s.mean[i] * s.mean[j];
  }
  return gc;
}

/// k |gram(f) - target|^2 and its gradient 4 k (gram(f) - target) f / M.
double gram_loss(double k, const Tensor& f, const std::vector<double>& target, Tensor& d_f) {
  std::vector<double> difference = gram(f);
  for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= target[i];
  for (int i = 0; i < f.channels; ++i) {
    for (int j = 0; j < f.channels; ++j) {
      const double factor =
          4 * k * difference[static_cast<std::size_t>(i * f.channels + j)] / f.positions();
      for (int m = 0; m < f.positions(); ++m) {
        d_f.data[static_cast<std::size_t>(i * f.positions() + m)] +=
            factor * f.data[static_cast<std::size_t>(j * f.positions() + m)];
      }
    }
  }
  return k * squared_norm(difference);
}

}  // namespace

std::vector<double> channel_means(const Tensor& f) {
  std::vector<double> means;
  for (int c = 0; c < f.channels; ++c) {
    double sum = 0;
    for (int m = 0; m < f.positions(); ++m) {
      sum += f.data[static_cast<std::size_t>(c * f.positions() + m)];
    }
    means.push_back(sum / f.positions());
  }
  return means;
}

Tensor centered(const Tensor& f) {
  Tensor result = f;
  const std::vector<double> means = channel_means(f);
  for (int c = 0; c < f.channels; ++c) {
    for (int m = 0; m < f.positions(); ++m) {
      result.data[static_cast<std::size_t>(c * f.positions() + m)] -=
          means[static_cast<std::size_t>(c)];
    }
  }
  return result;
}

std::vector<double> gram(const Tensor& f) {
  std::vector<double> g(static_cast<std::size_t>(f.channels) *
                        static_cast<std::size_t>(f.channels));
  for (int i = 0; i < f.channels; ++i) {
    for (int j = 0; j < f.channels; ++j) {
      double sum = 0;
      for (int m = 0; m < f.positions(); ++m) {
        sum += f.data[static_cast<std::size_t>(i * f.positions() + m)] *
               f.data[static_cast<std::size_t>(j * f.positions() + m)];
      }
      g[static_cast<std::size_t>(i * f.channels + j)] = sum / f.positions();
    }
  }
  return g;
}

Tensor weighted(const Tensor& f, const std::vector<double>& weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  Tensor result = f;
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    result.data[i] *= std::sqrt(weights[i % weights.size()] * f.positions() / sum);
  }
  return result;
}

namespace {

/// The mean of each channel over positions with weights.
std::vector<double> region_means(const Tensor& f, const std::vector<double>& weights) {
  std::vector<double> means;
  for (int c = 0; c < f.channels; ++c) {
    double sum = 0, all = 0;
    for (std::size_t m = 0; m < weights.size(); ++m) {
      sum += weights[m] * f.data[static_cast<std::size_t>(c) * weights.size() + m];
      all += weights[m];
    }
    means.push_back(sum / all);
  }
  return means;
}

/// weighted() of f minus the region's means.
Tensor region_centered(const Tensor& f, const std::vector<double>& weights) {
  const std::vector<double> means = region_means(f, weights);
  Tensor result = f;
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    result.data[i] -= means[i / weights.size()];
  }
  return weighted(result, weights);
}

/// Its transpose, for a gradient.
Tensor region_centered_backward(const Tensor& d, const std::vector<double>& weights) {
  Tensor result = weighted(d, weights);
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t c = 0; c < static_cast<std::size_t>(d.channels); ++c) {
    double* row = result.data.data() + c * weights.size();
    const double sum = std::accumulate(row, row + weights.size(), 0.0);
    for (std::size_t m = 0; m < weights.size(); ++m) row[m] -= weights[m] / all * sum;
  }
  return result;
}

}  // namespace

StyleStatistics style_statistics(const Tensor& f, const std::vector<double>& weights) {
  if (weights.empty()) return {f.channels, gram(f), channel_means(f)};
  return {f.channels, gram(weighted(f, weights)), region_means(f, weights)};
}

namespace {

/// net/loss_spec.h: the size of a style's matrix, where that is not next to nothing.
double relative_denominator(const StyleStatistics& target, double norm, bool centered) {
  const bool pixels = target.channels == 3;
  const double grey = 0.05;  // its Gram matrix of the colours is 0.05^2 in every entry
  double raw = std::max(squared_norm(target.gram), 1e-20);
  if (pixels) raw = std::max(raw, 9 * std::pow(grey, 4));
  if (!centered) return raw;
  return norm <= 1e-6 * raw ? raw : std::max(norm, 3e-4 * raw);
}

/// The factor of the distance d.
double distance_factor(Normalization normalization, double n, const StyleStatistics& target) {
  if (normalization == Normalization::kNeuralStyle) return n / target.channels;
  if (normalization != Normalization::kRelative) return 1.0 / target.channels;
  const auto channels = static_cast<std::size_t>(target.channels);
  double squares = 0;
  for (std::size_t c = 0; c < channels; ++c) squares += target.gram[c * channels + c];
  return 1 / std::max(squares, channels == 3 ? 3 * 0.05 * 0.05 : 1e-20);
}

}  // namespace

double style_loss(const LossSpec& spec, std::size_t n_layers, const Tensor& f,
                  const StyleStatistics& target, Tensor* d_f, const std::vector<double>& weights) {
  if (spec.style_form != StyleForm::kGram) {
    const double factor =
        distance_factor(spec.normalization, static_cast<double>(n_layers), target);
    const double distance = style_distance(spec.style_form, f, target, d_f, weights);
    if (d_f != nullptr) {
      for (double& d : d_f->data) d *= factor;
    }
    return factor * distance;
  }
  const double n = static_cast<double>(n_layers), c = f.channels, m = f.positions();
  const std::vector<double> target_centered = centered_gram(target);
  // The factor of |g - g'|^2; for `relative` it depends on which matrix.
  const auto factor = [&](const std::vector<double>& goal) {
    switch (spec.normalization) {
      case Normalization::kGatys:
        return 1 / (4 * c * c);
      case Normalization::kNeuralStyle:
        return n / (c * c) / (c * c);
      case Normalization::kTutorial:
        return m * m / (c * c);
      case Normalization::kRelative:
        return 1 / relative_denominator(target, squared_norm(goal), &goal == &target_centered);
    }
    return 0.0;
  };
  Tensor gradient(f.channels, f.height, f.width);
  double value = 0;
  if (spec.gram != GramMode::kCentered) {
    const bool whole = weights.empty();
    value +=
        gram_loss(factor(target.gram), whole ? f : weighted(f, weights), target.gram, gradient);
    if (!whole) gradient = weighted(gradient, weights);
  }
  if (spec.gram != GramMode::kRaw) {
    Tensor of_centered(f.channels, f.height, f.width);
    const bool whole = weights.empty();
    value += gram_loss(factor(target_centered), whole ? centered(f) : region_centered(f, weights),
                       target_centered, of_centered);
    // Centring is a projection, and so is its transpose.
    of_centered = whole ? centered(of_centered) : region_centered_backward(of_centered, weights);
    for (std::size_t i = 0; i < gradient.data.size(); ++i) gradient.data[i] += of_centered.data[i];
  }
  if (d_f != nullptr) *d_f = gradient;
  return value;
}

namespace {

/// sum w (F - mean F)^2, the means of channels with the same weights.
double weighted_variation(const Tensor& f, const std::vector<double>& weights) {
  const std::size_t positions = weights.size();
  double variation = 0;
  for (int c = 0; c < f.channels; ++c) {
    const double* plane = f.data.data() + static_cast<std::size_t>(c) * positions;
    double sum = 0, total = 0;
    for (std::size_t m = 0; m < positions; ++m) {
      sum += weights[m] * plane[m];
      total += weights[m];
    }
    for (std::size_t m = 0; m < positions; ++m) {
      variation += weights[m] * (plane[m] - sum / total) * (plane[m] - sum / total);
    }
  }
  return variation;
}

std::vector<double> ones(const Tensor& f) {
  return std::vector<double>(f.data.size() / static_cast<std::size_t>(f.channels), 1.0);
}

/// Of `relative`: the variation, unless there is next to none.
double content_denominator(const Tensor& target, const std::vector<double>& weights) {
  double squares = 0;
  for (std::size_t i = 0; i < target.data.size(); ++i) {
    squares += weights[i % weights.size()] * target.data[i] * target.data[i];
  }
  squares = std::max(squares, 1e-20);
  const double variation = weighted_variation(target, weights);
  return variation <= 1e-6 * squares ? squares : std::max(variation, 3e-4 * squares);
}

}  // namespace

double content_loss(const LossSpec& spec, std::size_t n_layers, const Tensor& f,
                    const Tensor& target, Tensor* d_f, const std::vector<double>& weights) {
  const double n = static_cast<double>(n_layers), elements = static_cast<double>(f.data.size());
  double k = 0;
  switch (spec.normalization) {
    case Normalization::kGatys:
      k = n / 2;
      break;
    case Normalization::kNeuralStyle:
      k = n / elements;
      break;
    case Normalization::kTutorial:
      k = 1 / elements;
      break;
    case Normalization::kRelative:
      k = 1 / content_denominator(target, weights.empty() ? ones(target) : weights);
      break;
  }
  Tensor difference = f;
  for (std::size_t i = 0; i < f.data.size(); ++i) difference.data[i] -= target.data[i];
  double value = 0;
  for (std::size_t i = 0; i < f.data.size(); ++i) {
    const double w = weights.empty() ? 1 : weights[i % weights.size()];
    value += k * w * difference.data[i] * difference.data[i];
    difference.data[i] *= w;
  }
  if (d_f != nullptr) {
    for (double& d : difference.data) d *= 2 * k;
    *d_f = difference;
  }
  return value;
}

namespace {

/// The sum over positions of sqrt(dx^2 + dy^2 + eps), and its gradient, in the pixels' own unit.
double isotropic_variation(const Tensor& rgb, bool wraps, Tensor& gradient) {
  double sum = 0;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < rgb.height; ++y) {
      for (int x = 0; x < rgb.width; ++x) {
        const int right = wraps ? (x + 1) % rgb.width : std::min(x + 1, rgb.width - 1);
        const int below = wraps ? (y + 1) % rgb.height : std::min(y + 1, rgb.height - 1);
        const double dx = rgb.at(c, y, right) - rgb.at(c, y, x);
        const double dy = rgb.at(c, below, x) - rgb.at(c, y, x);
        const double root = std::sqrt(dx * dx + dy * dy + 0.01);
        sum += root;
        gradient.at(c, y, right) += dx / root;
        gradient.at(c, below, x) += dy / root;
        gradient.at(c, y, x) -= (dx + dy) / root;
      }
    }
  }
  return sum;
}

/// The sum over pairs of |d| or d^2, and its gradient, likewise; how many pairs there are.
double pairwise_variation(const Tensor& rgb, bool wraps, bool absolute, Tensor& gradient,
                          double& pairs) {
  double sum = 0;
  pairs = 0;
  const auto pair = [&](int c, int y, int x, int y2, int x2) {
    const double d = rgb.at(c, y2, x2) - rgb.at(c, y, x);
    const double slope = absolute ? (d > 0) - (d < 0) : 2 * d;
    sum += absolute ? std::fabs(d) : d * d;
    pairs += 1;
    gradient.at(c, y2, x2) += slope;
    gradient.at(c, y, x) -= slope;
  };
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < rgb.height; ++y) {
      for (int x = 0; x < rgb.width; ++x) {
        if (wraps || x + 1 < rgb.width) pair(c, y, x, y, (x + 1) % rgb.width);
        if (wraps || y + 1 < rgb.height) pair(c, y, x, (y + 1) % rgb.height, x);
      }
    }
  }
  return sum;
}

}  // namespace

double tv_loss(const LossSpec& spec, const Tensor& rgb, Tensor* d_rgb) {
  const bool of_tools = spec.normalization == Normalization::kNeuralStyle ||
                        spec.normalization == Normalization::kTutorial;
  const TotalVariation kind =
      spec.tv_kind.value_or(of_tools ? TotalVariation::kAbsolute : TotalVariation::kSquared);
  const bool wraps = spec.padding == Padding::kCircular;
  Tensor gradient(3, rgb.height, rgb.width);
  double sum = 0, count = 0;
  if (kind == TotalVariation::kIsotropic) {
    sum = isotropic_variation(rgb, wraps, gradient);
    count = static_cast<double>(rgb.data.size());
  } else {
    sum = pairwise_variation(rgb, wraps, kind == TotalVariation::kAbsolute, gradient, count);
  }
  double scale = 1;
  if (spec.normalization == Normalization::kRelative) {
    const double unit = kind == TotalVariation::kSquared ? 255.0 * 255.0 : 255.0;
    scale = 1 / (unit * std::max(count, 1.0));
  }
  if (d_rgb != nullptr) {
    for (double& d : gradient.data) d *= scale;
    *d_rgb = gradient;
  }
  return sum * scale;
}

}  // namespace vggstyle::reference
