#include "tools/toy/proof.h"

#include <doctest/doctest.h>

#include <numeric>

#include "tools/toy/solution_set.h"

using namespace vggstyle;
using namespace vggstyle::toy;

namespace {

std::string text_of_lines(const Proof& proof) {
  return std::accumulate(proof.algebra.begin(), proof.algebra.end(), std::string(),
                         [](const std::string& a, const std::string& b) { return a + b + "\n"; });
}

bool says(const Proof& proof, const char* words) {
  return text_of_lines(proof).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("The proof for [1,0,0,0] checks all sixteen binary images and finds four") {
  const Proof proof = prove({1, 0, 0, 0});
  CHECK(says(proof, "every x_i is 0 or 1"));
  CHECK(says(proof, "C(4,1) = 4 images"));
  CHECK(proof.cases.size() == 16);
  CHECK(proof.solutions == 4);
  for (const Proof::Case& one : proof.cases) {
    CHECK(one.solution == (one.statistics.sum == 1));
  }
}

TEST_CASE("The number of solutions among the cases is that of the set, for every kind of image") {
  for (const Image& image : std::vector<Image>{{0, 0, 0, 0},
                                               {1, 1, 1, 1},
                                               {1, 0, 1, 0},
                                               {1, 1, 0, 1},
                                               {0.25, 0, 0, 0},
                                               {0.25, 1, 0, 0},
                                               {0.1, 1, 1, 0},
                                               {0.7, 1, 1, 1},
                                               {0.4, 0.4, 0.4, 0.4}}) {
    CAPTURE(text_of(image));
    const Proof proof = prove(image);
    CHECK(static_cast<std::size_t>(proof.solutions) ==
          solution_set(image, GramMode::kBoth).isolated.size());
  }
  const Proof open = prove({0.5, 0.25, 0.125, 0});
  CHECK(open.cases.empty());
  CHECK(says(open, "infinitely many"));
  CHECK(says(prove({0.4, 0.4, 0.4, 0.4}), "x_i = 0.4 for all i: 1 image"));
  CHECK(says(prove({0.25, 1, 0, 0}), "they are all: 12."));
}
