#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/random.h"

namespace vggstyle::contrived {

Picture checkers(const ContriveRequest& request) {
  const double fields = 8 / request.scale;  // along the shorter side
  const std::vector<Rgb> colors = colors_or(request, {{12, 10, 12}, {200, 20, 25}});
  Random random(request.seed, 0);
  const Point shift{random.uniform(), random.uniform()};  // in fields

  Canvas canvas(request.width, request.height);
  const double step = canvas.pixel() * fields;  // fields a pixel
  // A wave of 1 and -1; across a border, the mean over the pixel.
  const auto wave = [step](double field) {
    const double to_border = field - std::round(field);
    const double sign = static_cast<long>(std::floor(std::round(field))) % 2 == 0 ? 1 : -1;
    return sign * std::clamp(2 * to_border / step, -1.0, 1.0);
  };
  canvas.cover([&](Point p) {
    const double product = wave(p.x * fields + shift.x) * wave(p.y * fields + shift.y);
    return blend(colors[0], colors[1], 0.5 + 0.5 * product);
  });
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived
