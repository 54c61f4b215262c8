#include "tools/contrive/canvas.h"
#include "tools/contrive/kinds.h"
#include "tools/contrive/random.h"

namespace vggstyle::contrived {
namespace {

/// Coloured drops, one at a random place in each field of a lattice with fields of size 1.
class Drops {
 public:
  Drops(double width, double height, const std::vector<Rgb>& colors, std::uint64_t seed)
      : columns_(static_cast<int>(width) + 1 + 2 * kReach) {
    Random random(seed, 0);
    const int rows = static_cast<int>(height) + 1 + 2 * kReach;
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns_; ++column) {
        const double x = column - kReach + random.uniform(), y = row - kReach + random.uniform();
        const int color = random.index(static_cast<int>(colors.size()));
        drops_.push_back({{x, y}, colors[static_cast<std::size_t>(color)]});
      }
    }
  }

  /// The mean of the drops around, the nearer the more.
  Rgb color(Point p) const {
    constexpr double kSpread = 0.45;
    double total = 0;
    Rgb sum;
    for (int row = 0; row <= 2 * kReach; ++row) {
      for (int column = 0; column <= 2 * kReach; ++column) {
        const int i = (static_cast<int>(p.y) + row) * columns_ + static_cast<int>(p.x) + column;
        const Drop& drop = drops_[static_cast<std::size_t>(i)];
        const double r = std::hypot(p.x - drop.at.x, p.y - drop.at.y) / kSpread;
        const double weight = std::exp(-r * r / 2);
        total += weight;
        const Rgb part = shade(drop.color, weight);
        sum = {sum.r + part.r, sum.g + part.g, sum.b + part.b};
      }
    }
    return shade(sum, 1 / total);
  }

 private:
  static constexpr int kReach = 2;  // fields; drops further away weigh less than 1e-4

  struct Drop {
    Point at;
    Rgb color;
  };
  int columns_;
  std::vector<Drop> drops_;  // row by row, from `kReach` fields above and left of the picture
};

}  // namespace

Picture gradients(const ContriveRequest& request) {
  const double field = 0.3 * request.scale;
  const std::vector<Rgb> colors = colors_or(request, {{18, 40, 92},
                                                      {42, 132, 160},
                                                      {244, 226, 190},
                                                      {246, 160, 70},
                                                      {214, 62, 84},
                                                      {112, 46, 124}});
  Canvas canvas(request.width, request.height);
  const Drops drops(canvas.width() / field, canvas.height() / field, colors, request.seed);
  canvas.cover([&](Point p) { return drops.color({p.x / field, p.y / field}); });
  return std::move(canvas).finish();
}

}  // namespace vggstyle::contrived
