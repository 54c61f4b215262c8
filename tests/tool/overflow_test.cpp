// Numbers that grow beyond what floats hold: the sentence names the layer.

#include <doctest/doctest.h>

#include "net/synthetic_weights.h"
#include "tests/tool/support.h"
#include "weights/save.h"

using namespace vggstyle;
using namespace vggstyle::test;

TEST_CASE("weights that overflow end every command with the layer's name") {
  const TemporaryFolder folder;
  write_pictures(folder);
  NetworkWeights weights = synthetic_weights(Model::kVgg16, 1);
  for (const std::size_t layer : {1U, 2U}) {
    for (float& value : weights.layers[layer].kernel) value *= 1e30F;
  }
  save_keras(folder / "huge.h5", weights);
  const Arguments options = {"--weights", "huge.h5", "--style-layers", "conv2_1"};
  for (const Arguments& command :
       {Arguments{"texture", "style.png", "--size", "32", "-o", "o.png"},
        Arguments{"evaluate", "content.png", "--style", "style.png", "-o", "o.h5"}}) {
    const Outcome outcome = run_tool(folder, command + options);
    CHECK(outcome.exit_code == 2);
    CHECK(count_lines(outcome.err) <= 2);  // what runs, then the error
    CHECK(outcome.err.find("conv2_1 overflowed: its activations are not finite") !=
          std::string::npos);
    CHECK(folder.files() == std::vector<std::string>{"content.png", "huge.h5", "style.png"});
  }
}
