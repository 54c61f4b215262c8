#pragma once

#include "tools/cli/options.h"

namespace vggstyle {

struct BenchRequest {
  int size = 256;
  int repeats = 10;
  std::string style_layers = "all";
  std::string gram = "both";
  NetworkOptions network;  ///< synthetic weights if none are named
  bool json = false;
  bool per_kernel = false;  ///< every operation of every layer by itself, instead
};

/// Times one value+gradient and one L-BFGS iteration on contrived pictures, or every operation of
/// every layer on random numbers, and prints a table or JSON to standard output.
int bench(const BenchRequest& request);

}  // namespace vggstyle
