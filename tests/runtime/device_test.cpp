#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "runtime/arena.h"
#include "runtime/cpu_device.h"
#include "runtime/error.h"

using namespace vggstyle;

TEST_CASE("memory of the CPU device: aligned, moved in and out, cleared") {
  const auto device = make_cpu_device(1);
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{1000}, std::size_t{5} << 20}) {
    const Buffer buffer(*device, bytes);
    CHECK(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64 == 0);
    const std::vector<unsigned char> in(bytes, 7);
    std::vector<unsigned char> out(bytes);
    device->upload(buffer.data(), in.data(), bytes);
    device->download(out.data(), buffer.data(), bytes);
    CHECK(out == in);
    if (bytes > 0) {
      const Buffer second(*device, bytes);
      device->copy(second.data(), buffer.data(), bytes);
      std::vector<unsigned char> copied(bytes);
      device->download(copied.data(), second.data(), bytes);
      std::vector<unsigned char> original(bytes);
      device->download(original.data(), buffer.data(), bytes);
      CHECK(copied == original);
    }
    device->clear(buffer.data(), bytes);
    device->download(out.data(), buffer.data(), bytes);
    CHECK(out == std::vector<unsigned char>(bytes, 0));
  }
}

TEST_CASE("a buffer moves with its memory") {
  const auto device = make_cpu_device(1);
  Buffer first(*device, 64);
  void* const data = first.data();
  Buffer second(std::move(first));
  CHECK(second.data() == data);
  Buffer third(*device, 128);
  third = std::move(second);
  CHECK(third.data() == data);
  CHECK(third.bytes() == 64);
}

TEST_CASE("more memory than there is: one sentence with both sizes") {
  const auto device = make_cpu_device(1);
  CHECK_THROWS_WITH_AS(Buffer(*device, std::size_t{1} << 50), doctest::Contains("out of memory"),
                       InputError);
  CHECK_THROWS_AS(Buffer(*device, ~std::size_t{0}), InputError);
}

TEST_CASE("threads: as asked, all cores for 0, refused beyond reason") {
  CHECK(make_cpu_device(3)->threads() == 3);
  CHECK(make_cpu_device(0)->threads() >= 1);
  CHECK_THROWS_AS(make_cpu_device(-1), InputError);
  CHECK_THROWS_AS(make_cpu_device(5000), InputError);
}

TEST_CASE("an arena gives each part its own aligned place in one allocation") {
  const auto device = make_cpu_device(1);
  Arena arena;
  char *a = nullptr, *b = nullptr;
  double* c = nullptr;
  arena.reserve(a, 10);
  arena.reserve(b, 0);
  arena.reserve(c, 300);
  CHECK(arena.total() == 256 + 512);
  CHECK(a == nullptr);
  arena.allocate(*device);
  REQUIRE(a != nullptr);
  CHECK(b == a + 256);
  CHECK(static_cast<void*>(c) == a + 256);
}
