#include "tools/toy/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/toy/solution_set.h"

namespace vggstyle::toy {
namespace {

bool is_binary(const Image& image) {
  return std::all_of(image.begin(), image.end(), [](double x) { return x == 0 || x == 1; });
}

std::vector<Image> binary_images() {
  std::vector<Image> images;
  for (unsigned code = 0; code < 16; ++code) {
    Image image{};
    for (unsigned i = 0; i < 4; ++i) image[i] = (code >> i) & 1U;
    images.push_back(image);
  }
  return images;
}

std::vector<std::string> common_lines(const Statistics& s) {
  return {
      fmt::format("Given:   G  = sum x_i^2           = {:.6g}", s.gram),
      fmt::format("         Gc = sum (x_i - sum/4)^2 = {:.6g}", s.centered),
      fmt::format("Since    Gc = G - sum^2/4,  sum^2 = 4 (G - Gc) = {:.6g};", s.sum * s.sum),
      fmt::format("no x_i is below 0, so that  sum x_i = {:.6g}.", s.sum),
  };
}

std::vector<std::string> binary_lines(const Statistics& s, std::size_t solutions) {
  const int whites = static_cast<int>(s.sum);
  return {
      fmt::format("Hence    sum x_i (1 - x_i) = sum x_i - sum x_i^2 = {0} - {0} = 0.", whites),
      "For 0 <= x_i <= 1 no term of this sum is below 0, so that each is 0:",
      "every x_i is 0 or 1.",
      fmt::format("Their sum is {}: that many pixels are 1, the others 0. C(4,{}) = {} image{}.",
                  whites, whites, solutions, solutions == 1 ? "" : "s"),
  };
}

std::vector<std::string> corner_lines(const Statistics& s, std::size_t solutions) {
  return {
      "If two pixels x_i <= x_j both lay strictly between 0 and 1, then x_i - e, x_j + e would",
      "for a small e > 0 keep the sum and raise the sum of squares by 2e (x_j - x_i + e) > 0.",
      "So sum x_i^2 is greatest, among images of this sum, where at most one pixel lies between;",
      "by the sum, that is any order of the given image's pixels, and nothing else. The given",
      fmt::format("image is one of these, so that {:.6g} is the greatest G, and they are all: {}.",
                  s.gram, solutions),
  };
}

std::vector<std::string> closing_lines(const Image& image, const SolutionSet& set) {
  const Statistics s = statistics_of(image);
  if (is_binary(image)) return binary_lines(s, set.isolated.size());
  if (set.isolated.size() == 1) {
    return {"Gc = 0 is a sum of squares: each is 0, every x_i is the mean.",
            fmt::format("So x_i = {:.6g} for all i: 1 image.", s.sum / 4)};
  }
  if (set.dimension == 0) return corner_lines(s, set.isolated.size());
  return {
      "At least two pixels lie strictly between 0 and 1 and not all are equal. So G lies",
      "strictly between its least (all equal) and its greatest value for this sum, and its",
      "sphere passes through the inside of the images of this sum. There are infinitely many:",
      fmt::format(
          "that sphere, where it is in the cube; its radius is {:.6g}, its centre the grey {:.6g}.",
          std::sqrt(s.centered), s.sum / 4),
      set.pieces == 1 ? "They form one piece."
                      : fmt::format("They form {} separate pieces.", set.pieces)};
}

}  // namespace

Proof prove(const Image& image) {
  constexpr double kRounding = 1e-12;
  const SolutionSet set = solution_set(image, GramMode::kBoth);
  const Statistics given = statistics_of(image);
  Proof proof;
  proof.algebra = common_lines(given);
  for (std::string& line : closing_lines(image, set)) proof.algebra.push_back(std::move(line));
  for (const Image& candidate : is_binary(image) ? binary_images() : set.isolated) {
    const Statistics s = statistics_of(candidate);
    const bool solution = std::fabs(s.gram - given.gram) <= kRounding &&
                          std::fabs(s.centered - given.centered) <= kRounding;
    proof.cases.push_back({candidate, s, solution});
    proof.solutions += solution ? 1 : 0;
  }
  return proof;
}

}  // namespace vggstyle::toy
