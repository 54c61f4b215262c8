#include "optim/ranks/shared_vector_ops.h"

#include <cmath>

namespace vggstyle {

void SharedVectorOps::dots(std::span<const float* const> rows,
                           std::span<const float* const> columns, std::size_t n,
                           std::span<double> out) {
  own_.dots(rows, columns, n, out);
  for (double& value : out) sums_.push_back(&value);
}

void SharedVectorOps::max_abs(const float* x, std::size_t n, double& out) {
  own_.max_abs(x, n, out);
  maxima_.push_back(&out);
}

// One message for all that was asked for.
void SharedVectorOps::read_back() {
  own_.read_back();
  if (sums_.empty() && maxima_.empty()) return;
  std::vector<double> own;
  for (const double* value : sums_) own.push_back(*value);
  for (const double* value : maxima_) own.push_back(*value);
  const std::vector<double> all = ranks_.gather(own);
  for (double* value : sums_) *value = 0;
  for (double* value : maxima_) *value = 0;
  for (std::size_t at = 0; at < all.size();) {
    for (double* value : sums_) *value += all[at++];
    for (double* value : maxima_) {
      const double other = all[at++];
      // A NaN stays.
      if (!(other <= *value) && !std::isnan(*value)) *value = other;
    }
  }
  sums_.clear();
  maxima_.clear();
}

// Chan, Golub and LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample variances".
VectorOps::Moments SharedVectorOps::moments(const float* x, std::size_t n) {
  const auto own_count = static_cast<double>(n);
  const Moments own = own_.moments(x, n);
  const double sums[] = {own_count, own_count * own.mean,
                         own_count * own.deviation * own.deviation};
  const std::vector<double> all = ranks_.gather(sums);
  double count = 0, sum = 0, squares = 0;
  for (std::size_t at = 0; at < all.size(); at += 3) {
    count += all[at];
    sum += all[at + 1];
  }
  if (count == 0) return {0, 0};
  const double mean = sum / count;
  for (std::size_t at = 0; at < all.size(); at += 3) {
    if (all[at] == 0) continue;
    const double apart = all[at + 1] / all[at] - mean;
    squares += all[at + 2] + all[at] * apart * apart;
  }
  return {mean, std::sqrt(squares / count)};
}

}  // namespace vggstyle
