#include "tests/simt/checks/checks.h"

namespace vggstyle::cuda {
namespace {

constexpr int kLineOfWrite = __LINE__ + 2;
__global__ void write_each(unsigned* out, unsigned offset) {
  out[threadIdx.x + offset] = threadIdx.x;
}

TEST_CASE("a write beyond the end of device memory") {
  check_clean(with_words(32, write_each, {1, 32}, false, 0));
  check_error(
      ErrorKind::kOutOfBounds,
      "thread (31, 0, 0), tests/simt/checks/memory_test.cu:" + std::to_string(kLineOfWrite) +
          ": outside of what was allocated "
          "(write of 4 bytes at byte 128 of an allocation of 128 bytes)",
      with_words(32, write_each, {1, 32}, false, 1));
  check_error(ErrorKind::kOutOfBounds, "block (0, 0, 0), thread (0, 0, 0)",
              with_words(32, write_each, {1, 32}, false, ~0U));
}

__global__ void add_one(unsigned* out) {
  out[threadIdx.x] += 1;
}

TEST_CASE("memory that was freed") {
  check_error(ErrorKind::kUseAfterFree, "byte 0 of a freed allocation of 128 bytes",
              [](GpuDevice& device) {
                unsigned* words = nullptr;
                {
                  const Buffer gone(device, 128);
                  words = gone.as<unsigned>();
                }
                const Buffer other(device, 128);
                launch(device, "defect", add_one, {1, 1}, words);
              });
}

TEST_CASE("host memory") {
  unsigned on_host = 0;
  check_error(ErrorKind::kHostMemory, "host memory", [&](GpuDevice& device) {
    launch(device, "defect", add_one, {1, 1}, &on_host);
  });
}

struct Box {
  unsigned* address;
};

__global__ void read_of_another_thread(unsigned* out, bool share) {
  Box& box = static_shared<Box>();
  volatile unsigned local = threadIdx.x;
  if (threadIdx.x == 0) box.address = const_cast<unsigned*>(&local);
  __syncthreads();
  out[threadIdx.x] = share ? *box.address : local;
  __syncthreads();
}

TEST_CASE("another thread's local memory") {
  check_clean(with_words(2, read_of_another_thread, {1, 2}, false, false));
  check_error(ErrorKind::kHostMemory, "another thread's local memory",
              with_words(2, read_of_another_thread, {1, 2}, false, true));
}

__constant__ const unsigned kConstant[2] = {1, 2};

__global__ void write_constant(unsigned*) {
  const_cast<volatile unsigned*>(kConstant)[threadIdx.x] = 3;
}

TEST_CASE("a write to constants") {
  check_error(ErrorKind::kReadOnly, "cannot be written",
              with_words(1, write_constant, {1, 1}, true));
}

TEST_CASE("a read of device memory that nobody wrote") {
  check_clean(with_words(8, add_one, {1, 8}, true));
  check_error(ErrorKind::kUninitialized, "nobody wrote this memory (read of 4 bytes at byte",
              with_words(8, add_one, {1, 8}, false));
}

__global__ void read_wide(unsigned* words) {
  const uint4 v = load16(words);
  if (v.x == 77) words[0] = 0;
}

TEST_CASE("a vector read of which one byte was not written") {
  for (const std::size_t bytes : {15U, 16U}) {
    const auto partly_written = [bytes](GpuDevice& device) {
      const Buffer words(device, 16);
      device.clear(words.data(), bytes);
      launch(device, "defect", read_wide, {1, 1}, words.as<unsigned>());
    };
    if (bytes == 16) check_clean(partly_written);
    if (bytes == 15) check_error(ErrorKind::kUninitialized, "read of 16 bytes", partly_written);
  }
}

TEST_CASE("a download of what no kernel wrote") {
  const auto device = simt::make_simt_device();
  const Buffer words(*device, 12);
  device->clear(words.data(), 8);
  unsigned host[3];
  device->download(host, words.data(), 8);
  try {
    device->download(host, words.data(), 12);
    FAIL_CHECK("no error");
  } catch (const simt::Error& error) {
    CHECK(error.kind() == ErrorKind::kUninitialized);
  }
}

__global__ void read_at(unsigned* words, unsigned word) {
  const uint4 v = load16(words + word);
  if (v.x == 77) words[0] = 0;
}
__global__ void read_pair_at(unsigned* words, unsigned word) {
  const uint2 v = *reinterpret_cast<const uint2*>(words + word);
  if (v.x + v.y == 77) words[0] = 0;
}

TEST_CASE("a misaligned vector access") {
  check_clean(with_words(8, read_at, {1, 1}, true, 4));
  check_error(ErrorKind::kMisaligned, "read of 16 bytes at byte 8",
              with_words(8, read_at, {1, 1}, true, 2));
  check_clean(with_words(8, read_pair_at, {1, 1}, true, 2));
}

}  // namespace
}  // namespace vggstyle::cuda
