#pragma once

#include <array>
#include <string>

#include "net/loss_spec.h"

namespace vggstyle::toy {

/// The article's "spherical cow": a grey picture of 2 x 2 pixels in 0..1, row by row, seen through
/// one filter of 1 x 1 that changes nothing. Its activations F are the four pixels themselves,
/// 1 x 4, so that its Gram matrices are numbers.
using Image = std::array<double, 4>;

inline constexpr GramMode kConstraints[] = {GramMode::kRaw, GramMode::kCentered, GramMode::kBoth};

/// "raw", "centred", "joint": a style, in a sentence.
const char* adjective(GramMode constraint);

/// What the styles of an image are made of; exact but for rounding.
struct Statistics {
  double sum;       ///< of the pixels
  double gram;      ///< G = F F^T: sum x^2
  double centered;  ///< Gc: sum (x - sum / 4)^2 = G - sum^2 / 4
};
Statistics statistics_of(const Image& image);

/// "[1, 0, 0.5, 0]", to so many decimals at most.
std::string text_of(const Image& image, int decimals = 4);

/// The largest difference of two pixels in the same place.
double distance(const Image& a, const Image& b);

}  // namespace vggstyle::toy
