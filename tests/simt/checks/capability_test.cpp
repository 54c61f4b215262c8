// What the CUDA backend offers on cards without the tensor-core instructions that it uses.

#include <doctest/doctest.h>

#include <string>

#include "kernels/cuda/backend.h"
#include "runtime/error.h"
#include "tests/simt/machine/device.h"

using namespace vggstyle;

TEST_CASE("libraries: precisions that they do not have are refused in one sentence") {
  const auto device = simt::make_simt_device();
  CHECK_THROWS_WITH_AS(make_cuda_backend(*device, {.precision = Precision::k3xTf32, .cudnn = true}),
                       doctest::Contains("cuDNN has no 3xtf32"), InputError);
  for (const Precision precision : {Precision::kFloat32, Precision::kTf32, Precision::k3xTf32}) {
    CHECK_THROWS_WITH_AS(make_cuda_backend(*device, {.precision = precision, .cublas = true}),
                         doctest::Contains("needs our own Gram products"), InputError);
  }
}

TEST_CASE("below capability 8.0 there is fp32 and nothing else, in one sentence") {
  const auto turing = simt::make_simt_device({.limits = simt::limits_of(75)});
  const auto ampere = simt::make_simt_device({.limits = simt::limits_of(80)});
  for (const Precision precision : kPrecisions) {
    for (const bool plain : {false, true}) {
      CAPTURE(precision_name(precision));
      CHECK(make_cuda_backend(*ampere, {precision, plain})->precision() == precision);
      if (precision == Precision::kFloat32) {
        CHECK(make_cuda_backend(*turing, {precision, plain})->precision() == precision);
        continue;
      }
      const std::string expected =
          "precision " + std::string(precision_name(precision)) +
          " needs a GPU of compute capability 8.0 or higher, and simulated GPU of capability 7.5 "
          "has 7.5: use fp32";
      CHECK_THROWS_WITH_AS(make_cuda_backend(*turing, {precision, plain}), expected.c_str(),
                           InputError);
    }
  }
}
