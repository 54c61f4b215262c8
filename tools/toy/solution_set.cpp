#include "tools/toy/solution_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vggstyle::toy {
namespace {

/// Two statistics that differ by less are the same but for rounding.
constexpr double kRounding = 1e-12;

bool is_constant(const Image& image) {
  return std::all_of(image.begin(), image.end(), [&](double x) { return x == image[0]; });
}

bool is_binary(double x) {
  return x == 0 || x == 1;
}

SolutionSet finite(GramMode constraint, std::vector<Image> images, std::string description) {
  const int count = static_cast<int>(images.size());
  return {constraint, 0, count, std::move(images), std::move(description)};
}

SolutionSet raw_set(const Image& image) {
  const double gram = statistics_of(image).gram;
  if (is_constant(image) && is_binary(image[0])) {
    return finite(GramMode::kRaw, {image},
                  image[0] == 0 ? "only black has a sum of squares of 0"
                                : "only white has a sum of squares of 4");
  }
  // In one piece: from each point of the cube outside of the sphere one reaches white along rising
  // pixels, without entering the sphere; drawn in towards black, that path lies on the sphere.
  return {GramMode::kRaw,
          3,
          1,
          {},
          fmt::format("the part in the cube of the sphere around black of radius sqrt(G) = {:.6g}",
                      std::sqrt(gram))};
}

SolutionSet centered_set(const Image& image) {
  // Gc is convex, 0 on the greys and greatest, 1, at the six images of two black and two white
  // pixels. Those of one pixel unlike the other three are lower peaks, 3/4; the paths from peak to
  // peak along the edges of the cube are at 2/3 where they are lowest.
  constexpr double kPeak = 1, kLowPeak = 0.75, kPass = 2.0 / 3;
  const double centered = statistics_of(image).centered;
  SolutionSet set{GramMode::kCentered, 3, 1, {}, {}};
  if (is_constant(image)) {
    set.dimension = 1;
    set.description = "the greys, from black to white: sum (x - mean)^2 = 0 leaves no differences";
    return set;
  }
  if (centered >= kPeak - kRounding) {
    return finite(GramMode::kCentered, rearrangements({0, 0, 1, 1}),
                  "two black and two white pixels: nothing else in the cube is as far from grey");
  }
  set.description = fmt::format(
      "the part in the cube of the cylinder around the axis of greys of radius sqrt(Gc) = {:.6g}",
      std::sqrt(centered));
  if (std::fabs(centered - kLowPeak) <= kRounding) {
    set.isolated = rearrangements({0, 0, 0, 1});
    for (const Image& negative : rearrangements({0, 1, 1, 1})) set.isolated.push_back(negative);
    std::sort(set.isolated.begin(), set.isolated.end());
    set.description +=
        ": six pieces, each around an image of two black and two white pixels, and the eight "
        "images of one pixel unlike the other three, alone: corners of the cube that reach the "
        "cylinder with their tips only";
  }
  set.pieces = centered > kLowPeak + kRounding ? 6 : centered > kPass + kRounding ? 14 : 1;
  return set;
}

/// Pieces of the sphere in the polytope of all images of sum S = k + f. Its corners are k whites,
/// one pixel f and blacks, all at the distance R from its centre. What lies outside of the sphere
/// can be drawn in to it, so pieces are counted there: each holds a corner, and two are one where
/// an edge leads from corner to corner outside of the sphere. An edge exchanges f with a 0, which
/// leaves the whites where they are, or with a 1, which leaves the blacks.
int pieces_of_both(double sum, double gram) {
  const int whites = std::min(3, static_cast<int>(sum));
  const double f = sum - whites;
  const double depth = whites + f * f - gram;  // R^2 - r^2; an edge lies at most so deep
  const bool through_blacks = depth >= f * f / 2 - kRounding;
  const bool through_whites = depth >= (1 - f) * (1 - f) / 2 - kRounding;
  // By the number of whites.
  constexpr int kChoicesOfWhites[] = {1, 4, 6, 4}, kChoicesOfBlacks[] = {4, 6, 4, 1};
  constexpr int kCorners[] = {4, 12, 12, 4};
  if (through_blacks && through_whites) return 1;
  if (through_blacks) return kChoicesOfWhites[whites];
  if (through_whites) return kChoicesOfBlacks[whites];
  return kCorners[whites];
}

SolutionSet both_set(const Image& image) {
  const Statistics statistics = statistics_of(image);
  const auto between =
      std::count_if(image.begin(), image.end(), [](double x) { return !is_binary(x); });
  if (is_constant(image)) {
    return finite(GramMode::kBoth, {image}, "the image alone: Gc = 0 makes all pixels equal");
  }
  if (between <= 1) {
    std::vector<Image> images = rearrangements(image);
    std::string description =
        fmt::format("the {} images that have these pixels in any order", images.size());
    return finite(GramMode::kBoth, std::move(images), std::move(description));
  }
  const double grey = statistics.sum / 4, radius = std::sqrt(statistics.centered);
  // The distance from the centre to a face, x = 0 or x = 1, within the images of one sum.
  const double to_face = std::min(grey, 1 - grey) * 2 / std::sqrt(3.0);
  return {GramMode::kBoth,
          2,
          pieces_of_both(statistics.sum, statistics.gram),
          {},
          fmt::format("{} sphere of radius sqrt(Gc) = {:.6g} around the grey {:.6g}, in the images "
                      "of sum {:.6g}",
                      radius <= to_face ? "the whole" : "the part in the cube of the", radius, grey,
                      statistics.sum)};
}

}  // namespace

std::vector<Image> rearrangements(Image image) {
  std::sort(image.begin(), image.end());
  std::vector<Image> images;
  do {
    images.push_back(image);
  } while (std::next_permutation(image.begin(), image.end()));
  return images;
}

SolutionSet solution_set(const Image& image, GramMode constraint) {
  switch (constraint) {
    case GramMode::kRaw:
      return raw_set(image);
    case GramMode::kCentered:
      return centered_set(image);
    case GramMode::kBoth:
      break;
  }
  return both_set(image);
}

}  // namespace vggstyle::toy
