#pragma once

#include "tools/session/settings/settings.h"

namespace vggstyle {

struct BenchRequest {
  int size = 256;
  int repeats = 10;
  LayerNames style_layers = {.all = true, .entries = {}};
  GramMode gram = GramMode::kBoth;
  NetworkSettings network;  ///< synthetic weights if none are named
  DeviceSettings device;
  bool json = false;
  bool per_kernel = false;  ///< every operation of every layer by itself, instead
};

/// Times one value+gradient and one L-BFGS iteration on contrived pictures, or every operation of
/// every layer on random numbers, and prints a table or JSON to standard output.
int bench(const BenchRequest& request);

}  // namespace vggstyle
