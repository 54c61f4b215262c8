#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/ptx.h"
#include "tests/simt/checks/test_kernels.h"

/// For the tests of the harness's checks: a kernel with the defect is caught, by that check and with its
/// source line, and the same kernel without it passes.
namespace vggstyle::cuda {

using simt::ErrorKind;
using simt::uploaded;

/// What most of their kernels have in shared memory.
struct Tile {
  unsigned words[64];
};

/// The error that a launch must end with. Whatever the order of threads and blocks, it is the same.
template <typename Launch>
void check_error(ErrorKind kind, const std::string& words, Launch launch_on) {
  for (const std::uint64_t seed : {1U, 2U}) {
    for (const int os_threads : {1, 2}) {
      const auto device = simt::make_simt_device({.seed = seed, .os_threads = os_threads});
      try {
        launch_on(*device);
        FAIL_CHECK("no error");
      } catch (const simt::Error& error) {
        const std::string message = error.what();
        CHECK_MESSAGE(error.kind() == kind, message);
        CHECK_MESSAGE(message.find(words) != std::string::npos, message);
      }
    }
  }
}

template <typename Launch>
void check_clean(Launch launch_on) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    for (const int os_threads : {1, 2}) {
      const auto device = simt::make_simt_device({.seed = seed, .os_threads = os_threads});
      CHECK_NOTHROW(launch_on(*device));
    }
  }
}

/// A launch with one buffer of `count` words, written beforehand or not.
template <typename... Parameters, typename... Arguments>
auto with_words(std::size_t count, void (*kernel)(unsigned*, Parameters...), LaunchShape shape,
                bool written, Arguments... arguments) {
  return [=](GpuDevice& device) {
    const Buffer words(device, count * 4);
    if (written) device.clear(words.data(), words.bytes());
    launch(device, "defect", kernel, shape, words.as<unsigned>(), arguments...);
  };
}

}  // namespace vggstyle::cuda
