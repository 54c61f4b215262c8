#include "weights/load.h"

#include <fmt/format.h>

#include "runtime/error.h"
#include "weights/reader/packed.h"
#include "weights/reader/run_reader.h"

namespace vggstyle {

// vggstyle-read-weights opens the file: reader/read.cpp.
NetworkWeights load_weights(const std::string& path, const LoadOptions& options) {
  NetworkWeights weights;
  run_reader("load", path, options, [&](const ReadBytes& read) { weights = unpack_weights(read); });
  return weights;
}

void require_layers(const NetworkWeights& weights, int last_layer, const std::string& path) {
  for (int i = 0; i <= last_layer; ++i) {
    if (weights.layers.at(static_cast<std::size_t>(i)).present()) continue;
    throw InputError(fmt::format(
        "'{}' has no {}, which this run needs for {}; use lower layers, or weights that have it "
        "(weights/fetch.sh {})",
        path, layer_name(weights.model, i), layer_name(weights.model, last_layer),
        model_name(weights.model)));
  }
}

}  // namespace vggstyle
