// The noise that runs start from.

#include "tools/pictures/white_noise.h"

#include <doctest/doctest.h>

#include <cmath>

namespace vggstyle {
namespace {

TEST_CASE("noise has the mean and deviation that were asked for, in each colour") {
  const Picture noise = noise_picture(100, 80, {10, 120, 240}, 25, 1);
  const Rgb mean = mean_color(noise);
  CHECK(std::abs(mean.r - 10) < 1.5F);
  CHECK(std::abs(mean.g - 120) < 1.5F);
  CHECK(std::abs(mean.b - 240) < 1.5F);
  double squares = 0;
  for (std::size_t i = 0; i < noise.pixels(); ++i) squares += std::pow(noise.plane(1)[i] - 120, 2);
  CHECK(std::sqrt(squares / static_cast<double>(noise.pixels())) ==
        doctest::Approx(25).epsilon(0.03));
}

TEST_CASE("noise is the same for the same seed, and other for another") {
  const Rgb grey{128, 128, 128};
  CHECK(noise_picture(9, 7, grey, 20, 5).rgb == noise_picture(9, 7, grey, 20, 5).rgb);
  CHECK(noise_picture(9, 7, grey, 20, 5).rgb != noise_picture(9, 7, grey, 20, 6).rgb);
}

}  // namespace
}  // namespace vggstyle
