#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle::test {

/// Values 0..255 with fractions, all independent.
Picture random_picture(int width, int height, unsigned seed);
Picture flat_picture(int width, int height, Rgb color);
/// Grey, `value` of each (x, y).
Picture gray_picture(int width, int height, const std::function<double(int, int)>& value);
/// `picture` with `amount` added to every value.
Picture shifted(Picture picture, float amount);

double at(const Picture& picture, int channel, int x, int y);
/// Rec. 709, in float64.
double luma_at(const Picture& picture, int x, int y);

}  // namespace vggstyle::test
