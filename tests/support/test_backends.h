#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "kernels/backend.h"

/// The backends that the tests of kernels/ and net/ run on. The same test sources are linked with
/// one list or another: cpu_backends.cpp, tests/simt/simt_backends.cpp,
/// cuda_backends.cpp.
namespace vggstyle::testing {

struct TestEngine {
  std::unique_ptr<Device> device;
  std::unique_ptr<Backend> backend;
};

/// How much of whole networks a test runs.
enum class Networks {
  kBoth,    ///< all layers of VGG-16 and of VGG-19, which has the same kernels
  kVgg16,   ///< all layers of VGG-16
  kConv4_1  ///< VGG-16 as far as conv4_1: every kernel, and 512 channels
};

struct BackendVariant {
  const char* name;
  /// Relative norm of the error that the precision allows.
  double least_bound = 0;
  /// The same for the gradient of a whole network. Where activations err by e, the ReLUs of a layer
  /// turn over for a fraction e of the elements, so that the norm of the gradient's error goes with
  /// the root of e: some 10 % for 16 layers and e = 1e-3. Kernels are held to much less.
  double gradient_bound = 1e-4;
  /// The same where all numbers are small and whole: 0 unless the algorithm divides.
  double whole_number_bound = 0;
  double most_multiply_adds = std::numeric_limits<double>::infinity();
  Networks networks = Networks::kBoth;
  bool any_padding = true;  ///< cuDNN's convolutions have zero only
  /// Of test cases that do not say how many.
  int threads = 2;
  std::function<TestEngine(int threads)> make;
};

std::span<const BackendVariant> backend_variants();

/// The float32 backend that whole runs on the others are compared with.
TestEngine make_comparison_engine();

}  // namespace vggstyle::testing
