#pragma once

#include "tools/options.h"

namespace vggstyle {

struct BenchRequest {
  int size = 256;
  int repeats = 10;
  std::string style_layers = "all";
  std::string gram = "both";
  NetworkOptions network;  ///< synthetic weights if none are named
  bool json = false;
};

/// Times one value+gradient and one L-BFGS iteration on contrived pictures, and prints a table or
/// JSON to standard output.
int bench(const BenchRequest& request);

}  // namespace vggstyle
