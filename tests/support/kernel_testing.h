#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/backend.h"
#include "net/loss_spec.h"
#include "tests/reference/tensor.h"
#include "tests/support/test_backends.h"

/// What the tests of kernels share: a backend, seeded random values, guarded and poisoned memory,
/// and the comparison with the float64 reference.
namespace vggstyle::testing {

/// One of the backends that a test program tests: the program's own list (test_backends.h).
struct TestBackend {
  /// Every backend of the list in turn: the test case runs once for each.
  TestBackend() : TestBackend(choose_backend()) {}
  /// The first of the list, with so many threads.
  explicit TestBackend(int threads) : TestBackend(backend_variants().front(), threads) {}

  Backend* operator->() const { return engine.backend.get(); }
  Backend& operator*() const { return *engine.backend; }

  /// The bound of an error: `float32` where everything is float32, else what its precision allows.
  double bound(double float32) const { return std::max(float32, variant.least_bound); }
  /// Whether a case of so many multiply-adds is worth its time.
  bool affords(double multiply_adds) const { return multiply_adds <= variant.most_multiply_adds; }

  const BackendVariant& variant;
  TestEngine engine;

 private:
  explicit TestBackend(const BackendVariant& chosen) : TestBackend(chosen, chosen.threads) {}
  TestBackend(const BackendVariant& chosen, int threads)
      : variant(chosen), engine(chosen.make(threads)) {}
  static const BackendVariant& choose_backend() {
    const BackendVariant* chosen = nullptr;
    for (const BackendVariant& v : backend_variants()) {
      // doctest enters one of these a run, and runs the test case until all have been entered.
      SUBCASE(v.name) {
        chosen = &v;
      }
    }
    return *chosen;
  }
};

/// Uniform in [low, high), the same on every machine.
inline std::vector<float> random_floats(std::size_t n, unsigned seed, float low, float high) {
  std::mt19937 generator(seed);
  std::vector<float> values(n);
  for (float& v : values)
    v = low + (high - low) * (static_cast<float>(generator() >> 8) * 0x1p-24F);
  return values;
}

inline reference::Tensor to_reference(const std::vector<float>& chw, Shape shape) {
  reference::Tensor t(shape.channels, shape.height, shape.width);
  for (std::size_t i = 0; i < chw.size(); ++i) t.data[i] = static_cast<double>(chw[i]);
  return t;
}

/// |a - b| / |b|, infinite if a holds a NaN. Of float32 or float64.
template <typename T>
double relative_error(const std::vector<T>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - b[i];
    if (std::isnan(d)) return std::numeric_limits<double>::infinity();
    difference += d * d;
    norm += b[i] * b[i];
  }
  return norm > 0 ? std::sqrt(difference / norm) : std::sqrt(difference);
}

/// Device memory for a tensor or an array, poisoned with NaN, with guard words on both sides that
/// must be whole when it goes.
class GuardedBuffer {
 public:
  GuardedBuffer(Backend& backend, std::size_t bytes)
      : device_(backend.device()), bytes_(bytes), buffer_(device_, bytes + 2 * kGuard) {
    const std::vector<unsigned char> poison(bytes + 2 * kGuard, 0xFF);  // float NaNs
    device_.upload(buffer_.data(), poison.data(), poison.size());
  }
  ~GuardedBuffer() {
    std::vector<unsigned char> bytes(bytes_ + 2 * kGuard);
    device_.download(bytes.data(), buffer_.data(), bytes.size());
    bool whole = true;
    for (std::size_t i = 0; i < kGuard; ++i) {
      whole = whole && bytes[i] == 0xFF && bytes[kGuard + bytes_ + i] == 0xFF;
    }
    CHECK_MESSAGE(whole, "something was written outside of its memory");
  }
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  template <typename T>
  T* as() const {
    return reinterpret_cast<T*>(buffer_.as<std::byte>() + kGuard);
  }

 private:
  static constexpr std::size_t kGuard = 256;
  Device& device_;
  std::size_t bytes_;
  Buffer buffer_;
};

class GuardedTensor {
 public:
  GuardedTensor(Backend& backend, Shape shape)
      : backend_(backend),
        memory_(backend, backend.tensor_bytes(shape)),
        tensor{shape, memory_.as<float>()} {}
  GuardedTensor(Backend& backend, Shape shape, const std::vector<float>& chw)
      : GuardedTensor(backend, shape) {
    REQUIRE(chw.size() == shape.elements());
    backend.write(chw.data(), tensor);
  }
  std::vector<float> read() const {
    std::vector<float> chw(tensor.shape.elements());
    backend_.read(tensor, chw.data());
    return chw;
  }

 private:
  Backend& backend_;
  GuardedBuffer memory_;

 public:
  const Tensor tensor;
};

/// What a style layer has summed.
inline StyleStatistics statistics_of(StyleLayer& layer) {
  const auto c = static_cast<std::size_t>(layer.channels());
  StyleStatistics result{layer.channels(), std::vector<double>(c * c), std::vector<double>(c)};
  layer.statistics(result.gram, result.mean);
  return result;
}

/// A double that a kernel wrote to device memory.
inline double read_value(Backend& backend, const GuardedBuffer& memory) {
  double value = 0;
  backend.device().download(&value, memory.as<double>(), sizeof value);
  return value;
}

}  // namespace vggstyle::testing
