#include "tools/pictures/contrive/canvas.h"
#include "tools/pictures/contrive/kinds.h"
#include "tools/pictures/contrive/random.h"

namespace vggstyle::contrived {

Picture checkers(int width, int height, std::uint64_t seed) {
  constexpr double kFields = 8;  // along the shorter side
  constexpr Rgb kRed{200, 20, 25}, kBlack{12, 10, 12};
  Random random(seed, 0);
  const Point shift{random.uniform(), random.uniform()};  // in fields

  Canvas canvas(width, height);
  const double step = canvas.pixel() * kFields;  // fields a pixel
  // A wave of 1 and -1; across a border, the mean over the pixel.
  const auto wave = [step](double field) {
    const double to_border = field - std::round(field);
    const double sign = static_cast<long>(std::floor(std::round(field))) % 2 == 0 ? 1 : -1;
    return sign * std::clamp(2 * to_border / step, -1.0, 1.0);
  };
  canvas.for_each_pixel(canvas.everywhere(), [&](int x, int y, Point p) {
    const double product = wave(p.x * kFields + shift.x) * wave(p.y * kFields + shift.y);
    canvas.blend_pixel(x, y, blend(kBlack, kRed, 0.5 + 0.5 * product), 1);
  });
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived
