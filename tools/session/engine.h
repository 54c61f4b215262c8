#pragma once

#include <memory>
#include <string>

#include "kernels/backend.h"
#include "kernels/cpu_kernels.h"
#include "kernels/storage.h"
#include "net/weights.h"
#include "runtime/ranks/ranks.h"
#include "tools/session/settings/settings.h"

namespace vggstyle {

/// A device, its kernels and a network's weights: what every run needs. Made once a run; several at
/// once (share()) have the same weights.
struct Engine {
  std::unique_ptr<Device> device;
  std::unique_ptr<Backend> backend;
  std::shared_ptr<const NetworkWeights> weights;
  std::string weights_path;  ///< "synthetic:0", or the file
  std::string explanation;  ///< for the user: which weights, and how to get better ones; why no GPU
  DeviceSettings settings;  ///< what the device was made with
  Ranks* ranks = nullptr;   ///< with which it shares its pictures; null: none

  Model model() const { return weights->model; }
  /// InputError if the weights lack a layer up to `last_layer`.
  void require(int last_layer) const;
};

/// Whether this names random filters, and no file: "synthetic" or "synthetic:SEED".
bool is_synthetic(const std::string& weights);

/// The CPU's kernels that `settings` ask for. SettingError if this processor cannot run them.
const CpuKernels& cpu_kernels_of(const DeviceSettings& settings);

/// The device that computes as `settings` say. InputError if there is none, or it cannot.
std::unique_ptr<Device> make_device(const DeviceSettings& settings);

/// `device` comes from make_device() with the same settings. InputError if there are no such
/// weights.
Engine make_engine(std::unique_ptr<Device> device, const DeviceSettings& settings,
                   const NetworkSettings& network);

/// A second engine with the same weights: on the processor, with so many threads.
Engine share(const Engine& engine, int threads);

}  // namespace vggstyle
