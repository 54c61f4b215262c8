#pragma once

#include "tools/session/engine.h"

namespace vggstyle::test {

/// One thread of the CPU, and random filters.
inline Engine small_engine() {
  DeviceSettings device;
  device.kind = DeviceSettings::Kind::kCpu;
  device.threads = 1;
  NetworkSettings network;
  network.weights = "synthetic";
  return make_engine(make_device(device), device, network);
}

}  // namespace vggstyle::test
