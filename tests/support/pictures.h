#pragma once

#include <doctest/doctest.h>

#include <cmath>

#include "tools/pictures/picture.h"

namespace vggstyle::test {

/// Over all pixels and colours, of two pictures of the same size: the mean of how far they are apart, of 255.
inline double mean_difference(const Picture& a, const Picture& b) {
  REQUIRE(a.rgb.size() == b.rgb.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) {
    sum += std::abs(static_cast<double>(a.rgb[i]) - static_cast<double>(b.rgb[i]));
  }
  return sum / static_cast<double>(a.rgb.size());
}

}  // namespace vggstyle::test
