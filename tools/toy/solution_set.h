#pragma once

#include <string>
#include <vector>

#include "tools/toy/toy_image.h"

namespace vggstyle::toy {

/// All images of 2 x 2 pixels in 0..1 that have the style of a given one, in closed form.
///
/// raw:      sum x^2 = G, a sphere around black; with the cube, a part of it.
/// centered: sum (x - mean)^2 = Gc, a cylinder around the axis of greys.
/// both:     their difference is sum^2 / 4, so that also the sum S is fixed (its sign is, as no
///           pixel is below 0): a sphere of radius sqrt(Gc) around the grey S/4, in the space of
///           dimension 3 of the images of that sum.
struct SolutionSet {
  GramMode constraint = GramMode::kBoth;
  int dimension = 0;  ///< 0 (finitely many images) to 3
  int pieces = 1;     ///< connected parts; of finitely many images, their number
  /// Images of the set with no other one near them, sorted: where dimension is 0, the whole set.
  std::vector<Image> isolated;
  std::string description;  ///< a sentence
};
SolutionSet solution_set(const Image& image, GramMode constraint);

/// Every different order of the pixels of `image`, sorted.
std::vector<Image> rearrangements(Image image);

}  // namespace vggstyle::toy
