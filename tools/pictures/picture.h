#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace vggstyle {

/// A colour picture in memory. `rgb` holds three planes, red, green, blue, each of height * width
/// values row by row from the top left. Values are sRGB-encoded, 0..255, not rounded: what 8 bits
/// store, with the fractions that they cannot.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<float> rgb;

  /// Black, of the given size.
  static Picture black(int width, int height) {
    Picture picture{width, height, {}};
    picture.rgb.assign(3 * picture.pixels(), 0.0f);
    return picture;
  }

  std::size_t pixels() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  }
  /// The first value of plane 0 (red), 1 (green) or 2 (blue).
  float* plane(int channel) { return rgb.data() + static_cast<std::size_t>(channel) * pixels(); }
  const float* plane(int channel) const {
    return rgb.data() + static_cast<std::size_t>(channel) * pixels();
  }
};

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

/// One sRGB colour, 0..255 each.
struct Rgb {
  float r = 0;
  float g = 0;
  float b = 0;
};

inline constexpr Rgb kWhite{255, 255, 255};

/// What a file says in words: pairs of keyword (1..79 printable ASCII characters, no space at either end)
/// and UTF-8 text without NUL.
using PictureText = std::vector<std::pair<std::string, std::string>>;

}  // namespace vggstyle
