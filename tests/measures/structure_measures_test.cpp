// Edges and structure against their definitions, written out window by window.

#include <algorithm>
#include <cmath>

#include "runtime/error.h"
#include "tests/measures/support.h"
#include "tools/contrive/contrive.h"
#include "tools/measures/picture_measures.h"

namespace vggstyle::test {
namespace {

std::vector<double> sobel(const Picture& picture) {
  constexpr int kSobel[3][3] = {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}};
  std::vector<double> magnitudes;
  for (int y = 1; y < picture.height - 1; ++y) {
    for (int x = 1; x < picture.width - 1; ++x) {
      double across = 0, down = 0;
      for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
          double mean = 0;
          for (int channel = 0; channel < 3; ++channel) {
            mean += at(picture, channel, x + j - 1, y + i - 1) / 3;
          }
          across += kSobel[i][j] * mean;
          down += kSobel[j][i] * mean;
        }
      }
      magnitudes.push_back(std::sqrt(across * across + down * down));
    }
  }
  return magnitudes;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sa += a[i];
    sb += b[i];
    saa += a[i] * a[i];
    sbb += b[i] * b[i];
    sab += a[i] * b[i];
  }
  const auto n = static_cast<double>(a.size());
  return (n * sab - sa * sb) / std::sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
}

/// One window's similarity, the weights not separated.
double window_similarity(const Picture& a, const Picture& b, int left, int top, int width,
                         int height) {
  double weights = 0, u = 0, v = 0, uu = 0, vv = 0, uv = 0;
  const auto each = [&](const auto& visit) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const double dx = x - (width - 1) / 2.0, dy = y - (height - 1) / 2.0;
        visit(std::exp(-(dx * dx + dy * dy) / (2 * 1.5 * 1.5)), luma_at(a, left + x, top + y),
              luma_at(b, left + x, top + y));
      }
    }
  };
  each([&](double weight, double p, double q) {
    weights += weight;
    u += weight * p;
    v += weight * q;
  });
  u /= weights;
  v /= weights;
  each([&](double weight, double p, double q) {
    uu += weight / weights * (p - u) * (p - u);
    vv += weight / weights * (q - v) * (q - v);
    uv += weight / weights * (p - u) * (q - v);
  });
  constexpr double kC1 = 2.55 * 2.55, kC2 = 7.65 * 7.65;
  return (2 * u * v + kC1) * (2 * uv + kC2) / ((u * u + v * v + kC1) * (uu + vv + kC2));
}

double similarity_by_windows(const Picture& a, const Picture& b) {
  const int width = std::min(11, a.width), height = std::min(11, a.height);
  double sum = 0;
  int windows = 0;
  for (int top = 0; top + height <= a.height; ++top) {
    for (int left = 0; left + width <= a.width; ++left) {
      sum += window_similarity(a, b, left, top, width, height);
      ++windows;
    }
  }
  return sum / windows;
}

/// Half `picture`, half another one.
Picture mixed(const Picture& picture, unsigned seed) {
  Picture other = random_picture(picture.width, picture.height, seed);
  for (std::size_t i = 0; i < other.rgb.size(); ++i) {
    other.rgb[i] = (other.rgb[i] + picture.rgb[i]) / 2;
  }
  return other;
}

TEST_CASE("edge correlation by its definition") {
  for (const auto& [width, height] : {std::pair{13, 9}, {4, 3}, {3, 8}}) {
    const Picture picture = random_picture(width, height, 1), other = mixed(picture, 2);
    CHECK(edge_correlation(picture, other) ==
          doctest::Approx(correlation(sobel(picture), sobel(other))));
    CHECK(edge_correlation(picture, picture) == doctest::Approx(1));
  }
}

TEST_CASE("no picture correlates with itself more than fully") {
  for (int seed = 0; seed < 40; ++seed) {
    const Picture picture = contrive("leaves", 16 + seed, 20, static_cast<std::uint64_t>(seed));
    CHECK(edge_correlation(picture, picture) <= 1);
    CHECK(edge_correlation(picture, picture) > 1 - 1e-12);
    CHECK(structural_similarity(picture, picture) <= 1);
  }
}

TEST_CASE("edges do not see brightness, contrast or sign") {
  const Picture picture = random_picture(13, 9, 3);
  Picture negative = picture;
  for (float& value : negative.rgb) value = 200 - value / 2;
  CHECK(edge_correlation(picture, shifted(picture, 20)) == doctest::Approx(1));
  CHECK(edge_correlation(picture, negative) == doctest::Approx(1));
}

TEST_CASE("edges in other places do not correlate") {
  const auto edge_at = [](int column) {
    return gray_picture(20, 20, [column](int x, int) { return x < column ? 50 : 150; });
  };
  CHECK(edge_correlation(edge_at(5), edge_at(5)) == doctest::Approx(1));
  CHECK(edge_correlation(edge_at(5), edge_at(12)) < 0);
}

TEST_CASE("a picture without edges correlates with none") {
  const Picture picture = random_picture(9, 9, 4);
  CHECK(edge_correlation(picture, flat_picture(9, 9, {1, 2, 3.3f})) == 0);
  const Picture ramp = gray_picture(9, 9, [](int x, int y) { return 0.1 * x + 3.7 * y; });
  CHECK(edge_correlation(picture, ramp) == 0);
  CHECK(edge_correlation(random_picture(1, 1, 5), random_picture(1, 1, 6)) == 0);
  CHECK(edge_correlation(random_picture(2, 9, 5), random_picture(2, 9, 6)) == 0);
  CHECK_THROWS_AS(edge_correlation(picture, random_picture(9, 8, 1)), InternalError);
}

TEST_CASE("structural similarity by its definition") {
  for (const auto& [width, height] : {std::pair{23, 17}, {11, 11}, {5, 19}, {12, 1}, {1, 1}}) {
    const Picture picture = random_picture(width, height, 7), other = mixed(picture, 8);
    CAPTURE(picture.width);
    CHECK(structural_similarity(picture, other) ==
          doctest::Approx(similarity_by_windows(picture, other)));
    CHECK(structural_similarity(picture, picture) == doctest::Approx(1));
  }
}

TEST_CASE("structural similarity of constants is that of their means") {
  const Picture a = flat_picture(15, 12, {100, 100, 100}), b = flat_picture(15, 12, {50, 50, 50});
  CHECK(structural_similarity(a, b) ==
        doctest::Approx((2 * 100 * 50 + 6.5025) / (100 * 100 + 50 * 50 + 6.5025)));
}

TEST_CASE("a negative has negative structure") {
  const Picture picture = random_picture(21, 21, 9);
  Picture negative = picture;
  for (float& value : negative.rgb) value = 255 - value;
  CHECK(structural_similarity(picture, negative) < -0.5);
  CHECK_THROWS_AS(structural_similarity(picture, random_picture(21, 20, 1)), InternalError);
}

}  // namespace
}  // namespace vggstyle::test
