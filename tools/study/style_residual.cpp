#include "tools/study/style_residual.h"

#include <algorithm>
#include <numeric>

namespace vggstyle {
namespace {

constexpr double kFloor = 1e-20;  // as net/loss_spec.h

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(std::max<std::size_t>(values.size(), 1));
}

/// One entry of gc = g - mu mu^T.
double centered(const StyleStatistics& s, std::size_t row, std::size_t column) {
  const auto channels = static_cast<std::size_t>(s.channels);
  return s.gram[row * channels + column] - s.mean[row] * s.mean[column];
}

}  // namespace

double StyleResidual::mean_raw() const {
  return mean_of(raw);
}

double StyleResidual::mean_centered() const {
  return mean_of(centered);
}

StyleResidual style_residual(const std::vector<StyleStatistics>& made,
                             const std::vector<StyleStatistics>& wanted) {
  StyleResidual residual;
  for (std::size_t layer = 0; layer < wanted.size(); ++layer) {
    const StyleStatistics &m = made[layer], &w = wanted[layer];
    const auto channels = static_cast<std::size_t>(w.channels);
    double raw = 0, raw_norm = 0, central = 0, central_norm = 0;
    for (std::size_t row = 0; row < channels; ++row) {
      for (std::size_t column = 0; column < channels; ++column) {
        const std::size_t i = row * channels + column;
        const double difference = m.gram[i] - w.gram[i];
        raw += difference * difference;
        raw_norm += w.gram[i] * w.gram[i];
        const double target = centered(w, row, column);
        const double apart = centered(m, row, column) - target;
        central += apart * apart;
        central_norm += target * target;
      }
    }
    residual.raw.push_back(raw / std::max(raw_norm, kFloor));
    residual.centered.push_back(central / std::max(central_norm, kFloor));
  }
  return residual;
}

}  // namespace vggstyle
