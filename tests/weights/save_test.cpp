#include "weights/save.h"

#include <filesystem>

#include "net/synthetic_weights.h"
#include "tests/weights/support.h"
#include "weights/load.h"

using namespace vggstyle;
using namespace vggstyle::test;

TEST_CASE("saved weights come back to the bit, with kind and preprocessing") {
  const TemporaryFolder folder;
  for (const Model model : {Model::kVgg16, Model::kVgg19}) {
    NetworkWeights weights = synthetic_weights(model, 7);
    weights.preprocessing = Preprocessing::kTorch;
    weights.layers[3] = {};  // absent
    const std::string path = folder.path("saved.h5");
    save_keras(path, weights);
    const NetworkWeights loaded = load_weights(path);
    CHECK(loaded.model == model);
    CHECK(loaded.kind == "synthetic");
    CHECK(loaded.preprocessing == Preprocessing::kTorch);
    CHECK_FALSE(loaded.layers[3].present());
    CHECK(checksum(loaded) == checksum(weights));
    CHECK(loaded.layers[5].kernel == weights.layers[5].kernel);
  }
}

TEST_CASE("the same weights give the same file, and replace the old one whole") {
  const TemporaryFolder folder;
  NetworkWeights weights = synthetic_weights(Model::kVgg16, 7);
  for (std::size_t l = 2; l < weights.layers.size(); ++l) weights.layers[l] = {};
  save_keras(folder.path("a.h5"), weights);
  write_file(folder.path("b.h5"), "old");
  save_keras(folder.path("b.h5"), weights);
  CHECK(read_file(folder.path("a.h5")) == read_file(folder.path("b.h5")));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path("")), {}) == 2);
  CHECK_THROWS_AS(save_keras(folder.path("missing/a.h5"), weights), InputError);
}
