// Style statistics and loss terms of one layer on the CPU; see kernels/style_layer.h for the
// mathematics. The product is in symmetric_product.cpp; here are the shift, the C x C arithmetic in
// float64, and the small planar case of the pixels.

#include "kernels/style_layer.h"

#include <algorithm>
#include <vector>

#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"
#include "kernels/cpu/panel_product.h"
#include "kernels/cpu/symmetric_product.h"

namespace vggstyle::cpu {
namespace {

/// Positions that begin() looks at, or up to twice as many, or all if there are fewer: enough that |mu - s| is a small part of the deviation.
constexpr std::size_t kShiftSamples = 1024;

/// The mean of every `step`-th position of each channel.
void sample_means(const Tensor& f, std::vector<float>& means) {
  const std::size_t positions = f.shape.positions();
  const std::size_t step = std::max<std::size_t>(1, positions / kShiftSamples);
  const float scale = 1.0F / static_cast<float>((positions + step - 1) / step);
  if (!is_blocked(f.shape)) {
    for (std::size_t c = 0; c < means.size(); ++c) {
      float sum = 0;
      for (std::size_t m = 0; m < positions; m += step) sum += elements(f)[c * positions + m];
      means[c] = sum * scale;
    }
    return;
  }
#pragma omp parallel for schedule(static)
  for (std::size_t c = 0; c < means.size(); c += kBlock) {
    Vec sum{};
    for (std::size_t m = 0; m < positions; m += step) {
      sum += load(elements(f) + block_offset(f.shape, c / kBlock, m));
    }
    store(means.data() + c, sum * scale);
  }
}

/// The same sums as SymmetricProduct for a planar tensor (the 3 colour planes).
void add_planar_product(const Tensor& f, const std::vector<float>& shift,
                        const PositionWeights& weights, std::vector<double>& product,
                        std::vector<double>& channel_sums) {
  const auto weight = [&](std::size_t m) {
    return weights ? static_cast<double>(weights.values[m]) : 1.0;
  };
  const auto channels = static_cast<std::size_t>(f.shape.channels);
  const std::size_t positions = f.shape.positions();
  for (std::size_t i = 0; i < channels; ++i) {
    const float* a = elements(f) + i * positions;
    for (std::size_t m = 0; m < positions; ++m)
      channel_sums[i] += weight(m) * static_cast<double>(a[m] - shift[i]);
    for (std::size_t j = 0; j <= i; ++j) {
      const float* b = elements(f) + j * positions;
      double sum = 0;
      for (std::size_t m = 0; m < positions; ++m) {
        sum +=
            weight(m) * static_cast<double>(a[m] - shift[i]) * static_cast<double>(b[m] - shift[j]);
      }
      product[i * channels + j] += sum;
      product[j * channels + i] = product[i * channels + j];
    }
  }
}

class CpuStyleLayer final : public StyleLayer {
 public:
  explicit CpuStyleLayer(std::size_t channels)
      : channels_(channels),
        shift_(channels),
        product_(channels * channels),
        channel_sums_(channels),
        mean_(channels),
        target_gram_(channels * channels),
        target_mean_(channels),
        row_values_(channels),
        p_(Panels(channels, channels).size()),
        q_(channels) {}

  int channels() const override { return static_cast<int>(channels_); }
  std::size_t bytes() const override {
    return (product_.size() + target_gram_.size()) * sizeof(double) + p_.size() * sizeof(float);
  }

  void begin(const Tensor& f) override {
    sample_means(f, shift_);
    std::ranges::fill(product_, 0.0);
    std::ranges::fill(channel_sums_, 0.0);
    positions_ = 0;
  }

  void accumulate(const Tensor& f, const PositionWeights& weights) override {
    if (is_blocked(f.shape)) {
      symmetric_product_.add(f, shift_, weights, product_, channel_sums_);
    } else {
      add_planar_product(f, shift_, weights, product_, channel_sums_);
    }
    positions_ += weights ? weights.sum : static_cast<double>(f.shape.positions());
  }

  void statistics(std::span<double> gram, std::span<double> mean) override {
    update_mean();
    std::ranges::copy(mean_, mean.begin());
    for (std::size_t i = 0; i < channels_; ++i) {
      for (std::size_t j = 0; j < channels_; ++j) {
        gram[i * channels_ + j] = centered(i, j) + mean_[i] * mean_[j];
      }
    }
  }

  double positions() const override { return positions_; }

  void set_target(std::span<const double> gram, std::span<const double> mean) override {
    std::ranges::copy(gram, target_gram_.begin());
    std::ranges::copy(mean, target_mean_.begin());
  }

  void loss_terms(double a, double b, double* value) override {
    update_mean();
    const double factor = 4.0 / positions_;
    const Panels panels(channels_, channels_);
#pragma omp parallel for schedule(static)
    for (std::size_t i = 0; i < channels_; ++i) {
      double sum = 0, q = 0;
      for (std::size_t j = 0; j < channels_; ++j) {
        const double gc = centered(i, j);
        const double raw = gc + mean_[i] * mean_[j] - target_gram_[i * channels_ + j];
        const double central =
            gc - (target_gram_[i * channels_ + j] - target_mean_[i] * target_mean_[j]);
        sum += a * raw * raw + b * central * central;
        q += b * central * mean_[j];
        p_[panels.index(i, j)] = static_cast<float>(factor * (a * raw + b * central));
      }
      row_values_[i] = sum;
      q_[i] = static_cast<float>(factor * q);
    }
    double total = 0;
    for (const double row : row_values_) total += row;
    *value = total;
  }

  void set_loss_terms(double loss, std::span<const float> p, std::span<const float> q,
                      double* value) override {
    const Panels panels(channels_, channels_);
    for (std::size_t i = 0; i < channels_; ++i) {
      for (std::size_t j = 0; j < channels_; ++j) p_[panels.index(i, j)] = p[i * channels_ + j];
    }
    std::ranges::copy(q, q_.begin());
    *value = loss;
  }

  StyleDerivative derivative() const override {
    return {p_.data(), q_.data()};
  }

 private:
  void update_mean() {
    for (std::size_t c = 0; c < channels_; ++c) {
      mean_[c] = static_cast<double>(shift_[c]) + channel_sums_[c] / positions_;
    }
  }

  /// gc of (i, j): the second moment about the shift, moved to the mean.
  double centered(std::size_t i, std::size_t j) const {
    const double di = mean_[i] - static_cast<double>(shift_[i]);
    const double dj = mean_[j] - static_cast<double>(shift_[j]);
    return product_[i * channels_ + j] / positions_ - di * dj;
  }

  std::size_t channels_;
  double positions_ = 0;  ///< M
  std::vector<float> shift_;
  SymmetricProduct symmetric_product_;
  std::vector<double> product_, channel_sums_, mean_;
  std::vector<double> target_gram_, target_mean_, row_values_;
  std::vector<float> p_, q_;
};

}  // namespace

std::unique_ptr<StyleLayer> make_style_layer(Device&, int channels) {
  return std::make_unique<CpuStyleLayer>(static_cast<std::size_t>(channels));
}

}  // namespace vggstyle::cpu
