#pragma once

#include <memory>
#include <string>

#include "kernels/backend.h"
#include "kernels/storage.h"
#include "net/weights.h"
#include "tools/cli/options.h"

namespace vggstyle {

/// A device, its kernels and a network's weights: what every run needs.
struct Engine {
  std::unique_ptr<Device> device;
  std::unique_ptr<Backend> backend;
  NetworkWeights weights;
  std::string weights_path;  ///< "synthetic:0", or the file
  std::string explanation;  ///< for the user: which weights, and how to get better ones; why no GPU

  /// InputError if the weights lack a layer up to `last_layer`.
  void require(int last_layer) const;
  StorageFacts storage() const;
};

/// The device that --device and --threads name, to compute as --precision and --kernels say.
/// InputError if there is none, or it cannot.
std::unique_ptr<Device> make_device(const NetworkOptions& options);

/// InputError if there are no such weights.
Engine make_engine(std::unique_ptr<Device> device, const NetworkOptions& options);

}  // namespace vggstyle
