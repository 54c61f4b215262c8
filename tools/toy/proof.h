#pragma once

#include <string>
#include <vector>

#include "tools/toy/toy_image.h"

namespace vggstyle::toy {

/// Why the images that share both styles with a given one are what solution_set() says, line by
/// line; and the cases, checked by computing them.
struct Proof {
  std::vector<std::string> algebra;
  /// For a binary image: the sixteen binary ones; where there are finitely many solutions
  /// otherwise: each of them; else none.
  struct Case {
    Image image;
    Statistics statistics;
    bool solution;  ///< has both Gram matrices of the given image, to 1e-12
  };
  std::vector<Case> cases;
  int solutions = 0;  ///< cases that are one
};
Proof prove(const Image& image);

}  // namespace vggstyle::toy
