#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/noise.h"
#include "tools/contrive/random.h"

namespace vggstyle::contrived {

/// Noise whose amplitude falls as its wavelength: down to a 64th of the largest, but not below what
/// the pixels can show, where it would be another noise at every size.
Picture clouds(const ContriveRequest& request) {
  constexpr int kMostOctaves = 7;
  const double feature = 0.4 * request.scale;
  const std::vector<Rgb> colors = colors_or(
      request, {{24, 30, 48}, {44, 82, 110}, {112, 144, 150}, {212, 186, 150}, {250, 244, 232}});
  const std::uint64_t seed = mix_bits(request.seed);

  Canvas canvas(request.width, request.height);
  int octaves = 1;
  while (octaves < kMostOctaves && feature * std::pow(0.5, octaves) > 2 * canvas.pixel()) ++octaves;
  const double last = static_cast<double>(colors.size() - 1);
  canvas.cover([&](Point p) {
    const double x = p.x / feature, y = p.y / feature;
    // Drawn along by a coarser noise, so that there are wisps.
    const double drift = fractal_noise(0.7 * x, 0.7 * y, 2, seed + 20);
    const double height = fractal_noise(x + 0.8 * drift, y - 0.5 * drift, octaves, seed);
    const double at = std::clamp(0.5 + 0.85 * height, 0.0, 0.9999) * last;
    const auto i = static_cast<std::size_t>(at);
    return blend(colors[i], colors[i + 1], at - static_cast<double>(i));
  });
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived
