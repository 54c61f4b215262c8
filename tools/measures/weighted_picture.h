#pragma once

#include <utility>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

/// A picture, which it refers to, and how much each of its pixels counts: 0 to 1, row by row. Where no weight is above 0, as
/// where there are none, all pixels count alike.
class WeightedPicture {
 public:
  explicit WeightedPicture(const Picture& picture, std::vector<float> weights = {})
      : picture_(picture), weights_(std::move(weights)) {
    for (const float weight : weights_) total_ += static_cast<double>(weight);
    if (total_ > 0) return;
    weights_.assign(picture.pixels(), 1.0F);
    total_ = static_cast<double>(picture.pixels());
  }

  const Picture& picture() const { return picture_; }
  double weight(std::size_t i) const { return static_cast<double>(weights_[i]); }
  /// The sum of the weights, above 0.
  double total() const { return total_; }

 private:
  const Picture& picture_;
  std::vector<float> weights_;
  double total_ = 0;
};

}  // namespace vggstyle
