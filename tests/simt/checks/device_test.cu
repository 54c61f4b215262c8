#include <doctest/doctest.h>

#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/library/blas.h"
#include "runtime/cpu_device.h"
#include "tests/simt/checks/test_kernels.h"

/// The simulated device as GpuDevice, and what stands in for cuBLAS.
namespace vggstyle::cuda {
namespace {

using simt::downloaded;
using simt::make_simt_device;
using simt::uploaded;

__global__ void add(int* values, int amount) {
  values[blockIdx.x * blockDim.x + threadIdx.x] += amount;
}

TEST_CASE("recorded work runs when it is launched, as often as that") {
  const auto device = make_simt_device();
  const Buffer values = uploaded<int>(*device, {1, 2, 3, 4});
  const Buffer copy = uploaded<int>(*device, {0, 0, 0, 0});
  device->begin_capture();
  launch(*device, "add", add, {2, 2}, values.as<int>(), 10);
  device->copy(copy.data(), values.data(), 16);
  device->clear(values.as<int>() + 3, 4);
  CHECK_THROWS_AS(Buffer(*device, 4), InternalError);
  CHECK_THROWS_AS(device->begin_capture(), InternalError);
  const auto graph = device->end_capture();
  CHECK(downloaded<int>(*device, values) == std::vector<int>{1, 2, 3, 4});
  graph->launch();
  graph->launch();
  CHECK(downloaded<int>(*device, values) == std::vector<int>{21, 22, 23, 0});
  CHECK(downloaded<int>(*device, copy) == std::vector<int>{21, 22, 23, 10});
}

TEST_CASE("a recording that was given up leaves nothing") {
  const auto device = make_simt_device();
  const Buffer values = uploaded<int>(*device, {1});
  device->begin_capture();
  launch(*device, "add", add, {1, 1}, values.as<int>(), 10);
  device->abort_capture();
  device->abort_capture();
  device->begin_capture();
  device->end_capture()->launch();
  CHECK(downloaded<int>(*device, values)[0] == 1);
  CHECK_THROWS_AS(device->end_capture(), InternalError);
}

TEST_CASE("work beside the stream runs as late as it may, in order, and joins") {
  const auto device = make_simt_device();
  const Buffer values = uploaded<int>(*device, {1}), copy = uploaded<int>(*device, {0});
  const auto issue = [&] {
    device->beside([&] { launch(*device, "add", add, {1, 1}, values.as<int>(), 10); });
    device->beside([&] { device->copy(copy.data(), values.data(), 4); });
    launch(*device, "add", add, {1, 1}, values.as<int>(), 100);
  };
  issue();
  CHECK_THROWS_AS(downloaded<int>(*device, values), InternalError);
  device->join();
  device->join();
  CHECK(downloaded<int>(*device, values)[0] == 111);
  CHECK(downloaded<int>(*device, copy)[0] == 111);

  const auto recorded = device->record([&] {
    issue();
    device->join();
  });
  recorded->launch();
  CHECK(downloaded<int>(*device, copy)[0] == 221);
  CHECK_THROWS_AS(device->record(issue), InternalError);
}

TEST_CASE("memory ends where the card's does") {
  GpuLimits limits = simt::limits_of(86);
  limits.memory_bytes = 1000;
  const auto device = make_simt_device({.limits = limits});
  CHECK(device->limits().capability == 86);
  {
    const Buffer most(*device, 900);
    CHECK(reinterpret_cast<std::uintptr_t>(most.data()) % 256 == 0);
    CHECK(device->available_memory() == 100);
    CHECK_THROWS_AS(Buffer(*device, 101), InputError);
  }
  CHECK(device->available_memory() == 1000);
}

TEST_CASE("host calls outside of an allocation") {
  const auto device = make_simt_device();
  const Buffer values = uploaded<int>(*device, {1, 2}), more = uploaded<int>(*device, {1, 2});
  int host[3] = {};
  CHECK_THROWS_AS(device->upload(values.data(), host, 12), simt::Error);
  CHECK_THROWS_AS(device->download(host, values.data(), 12), simt::Error);
  CHECK_THROWS_AS(device->clear(values.as<int>() + 1, 8), simt::Error);
  CHECK_THROWS_AS(device->copy(more.data(), values.data(), 12), simt::Error);
  CHECK_THROWS_AS(device->upload(host, host, 12), simt::Error);
}

TEST_CASE("thousands of launches on one device stay apart") {
  const auto device = make_simt_device({.os_threads = 1});
  const Buffer values = uploaded<int>(*device, {0});
  for (int i = 0; i < 20000; ++i) launch(*device, "add", add, {1, 1}, values.as<int>(), 1);
  CHECK(downloaded<int>(*device, values)[0] == 20000);
}

std::vector<float> gram_of(Storage storage, bool tf32, const std::vector<float>& f,
                           std::size_t positions, int channels) {
  const auto device = make_simt_device();
  Buffer input;
  if (storage == Storage::kFloat32) {
    input = uploaded(*device, f);
  } else {
    std::vector<std::uint16_t> halves;
    for (const float v : f) {
      halves.push_back(storage == Storage::kFloat16 ? __half_as_ushort(v)
                                                    : __bfloat16_as_ushort(v));
    }
    input = uploaded(*device, halves);
  }
  const Buffer out(*device, static_cast<std::size_t>(channels * channels) * 4);
  make_blas(*device)->gram(storage, tf32, input.data(), positions, 1, channels, out.as<float>());
  return downloaded<float>(*device, out);
}

TEST_CASE("the Gram product") {
  const std::vector<float> f = {1, 2, 3, -1, 0, 5, 2, 2, 2, 4, -3, 1};  // 4 x 3
  const std::vector<float> expected = {22, -6, 6, -6, 17, 7, 6, 7, 39};
  for (const Storage storage : {Storage::kFloat32, Storage::kFloat16, Storage::kBfloat16}) {
    CHECK(gram_of(storage, false, f, 4, 3) == expected);
  }
  CHECK(gram_of(Storage::kFloat32, true, {1 + 0x1p-12F}, 1, 1)[0] == 1);
  CHECK(gram_of(Storage::kFloat32, false, {1 + 0x1p-12F}, 1, 1)[0] > 1);
}

}  // namespace
}  // namespace vggstyle::cuda
