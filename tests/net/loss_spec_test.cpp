#include "net/loss_spec.h"

#include <doctest/doctest.h>

#include "runtime/error.h"

using namespace vggstyle;

TEST_CASE("names of settings go both ways, an unknown one lists what there is") {
  for (const char* name : {"gram", "moments", "wasserstein"}) {
    CHECK(name_of(parse_style_form(name)) == name);
  }
  for (const char* name : {"raw", "centered", "both"})
    CHECK(name_of(parse_gram_mode(name)) == name);
  for (const char* name : {"relative", "gatys", "neural-style", "tutorial"}) {
    CHECK(name_of(parse_normalization(name)) == name);
  }
  for (const char* name : {"absolute", "squared", "isotropic"}) {
    CHECK(name_of(parse_total_variation(name)) == name);
  }
  for (const char* name : {"max", "avg", "l2"}) CHECK(name_of(parse_pooling(name)) == name);
  for (const char* name : {"zero", "reflect", "replicate", "circular"}) {
    CHECK(name_of(parse_padding(name)) == name);
  }
  CHECK_THROWS_WITH_AS(parse_gram_mode("centred"),
                       "unknown Gram mode 'centred': use one of raw, centered, both", InputError);
}

TEST_CASE("styles blend before centring") {
  StyleStatistics a{1, {4}, {2}}, b{1, {16}, {4}};  // both centred Grams are 0
  const StyleStatistics mixed = blend({a, b}, {1, 3});
  CHECK(mixed.gram[0] == doctest::Approx(13));
  CHECK(mixed.mean[0] == doctest::Approx(3.5));  // the mixture's centred Gram is 0.75, not 0
  CHECK_THROWS_AS(blend({a, b}, {0, 0}), InternalError);
}
