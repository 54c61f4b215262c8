#include <doctest/doctest.h>

#include <string>

#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/ptx.h"
#include "tests/simt/checks/test_kernels.h"

/// Every check of the harness: a kernel with the defect is caught, by that check and with its
/// source line, and the same kernel without it passes.
namespace vggstyle::cuda {
namespace {

using simt::ErrorKind;
using simt::uploaded;

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

constexpr int kLineOfWrite = __LINE__ + 2;
__global__ void write_each(unsigned* out, unsigned offset) {
  out[threadIdx.x + offset] = threadIdx.x;
}

TEST_CASE("a write beyond the end of device memory") {
  check_clean(with_words(32, write_each, {1, 32}, false, 0));
  check_error(
      ErrorKind::kOutOfBounds,
      "thread (31, 0, 0), tests/simt/checks/checks_test.cu:" + std::to_string(kLineOfWrite) +
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

struct Tile {
  unsigned words[64];
};

__global__ void shared_neighbour(unsigned* out, bool wait, unsigned distance) {
  Tile& s = dynamic_shared<Tile>();
  const unsigned t = threadIdx.x;
  s.words[t] = t;
  if (wait) __syncthreads();
  out[t] = s.words[(t + distance) % 64];
}

TEST_CASE("shared memory read by another thread without a barrier") {
  const LaunchShape shape{1, 64, sizeof(Tile)};
  check_clean(with_words(64, shared_neighbour, shape, false, true, 1));
  check_clean(with_words(64, shared_neighbour, shape, false, false, 0));
  // Depending on the order, the word was not written yet, or the race is seen.
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto device = simt::make_simt_device({.seed = seed});
    CHECK_THROWS_AS(with_words(64, shared_neighbour, shape, false, false, 1)(*device), simt::Error);
  }
}

__global__ void overwrite_too_early(unsigned* out, bool wait) {
  Tile& s = dynamic_shared<Tile>();
  const unsigned t = threadIdx.x;
  s.words[t] = t;
  __syncthreads();
  const unsigned v = s.words[63 - t];
  if (wait) __syncthreads();
  s.words[t] = v;
  out[t] = s.words[t];
}

TEST_CASE("shared memory overwritten while another thread may still read") {
  const LaunchShape shape{1, 64, sizeof(Tile)};
  check_clean(with_words(64, overwrite_too_early, shape, false, true));
  check_error(ErrorKind::kSharedRace, "two threads touch the same shared memory",
              with_words(64, overwrite_too_early, shape, false, false));
}

__global__ void both_write(unsigned* out, unsigned threads_a_word) {
  Tile& s = dynamic_shared<Tile>();
  s.words[threadIdx.x / threads_a_word] = 7;
  out[threadIdx.x] = 1;
}

TEST_CASE("shared memory written by two threads, even with the same value") {
  const LaunchShape shape{1, 64, sizeof(Tile)};
  check_clean(with_words(64, both_write, shape, false, 1));
  check_error(ErrorKind::kSharedRace, "write of 4 bytes",
              with_words(64, both_write, shape, false, 2));
}

__global__ void write_bytes(unsigned* out, unsigned step, bool wait) {
  auto* bytes = reinterpret_cast<unsigned char*>(dynamic_shared<Tile>().words);
  bytes[threadIdx.x * step] = 1;
  if (wait) __syncthreads();
  if (threadIdx.x % 4 == 0 && step == 1) {
    out[threadIdx.x] = *reinterpret_cast<const unsigned*>(bytes + threadIdx.x);
  }
}

TEST_CASE("threads that write different bytes of a word do not race, reading the word does") {
  const LaunchShape shape{1, 64, sizeof(Tile)};
  check_clean(with_words(64, write_bytes, shape, false, 1, true));
  check_clean(with_words(64, write_bytes, shape, false, 2, false));
  check_error(ErrorKind::kSharedRace, "write of 1 bytes",
              with_words(64, write_bytes, shape, false, 0, true));
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto device = simt::make_simt_device({.seed = seed});
    CHECK_THROWS_AS(with_words(64, write_bytes, shape, false, 1, false)(*device), simt::Error);
  }
}

__global__ void warp_neighbour(unsigned* out, unsigned distance, unsigned mask) {
  Tile& s = dynamic_shared<Tile>();
  const unsigned t = threadIdx.x;
  s.words[t] = t;
  __syncthreads();
  s.words[t] = t + 1;
  if ((mask >> t % 32 & 1) != 0) __syncwarp(mask);
  out[t] = s.words[(t + distance) % 64];
}

TEST_CASE("__syncwarp orders the lanes of its mask, and no other warp") {
  const LaunchShape shape{1, 64, sizeof(Tile)};
  check_clean(with_words(64, warp_neighbour, shape, false, 0, 0xFFFFFFFF));
  check_error(ErrorKind::kSharedRace, "",
              with_words(64, warp_neighbour, shape, false, 32, 0xFFFFFFFF));
  check_error(ErrorKind::kSharedRace, "",
              with_words(64, warp_neighbour, shape, false, 16, 0x0000FFFF));
}

__global__ void broadcast_in_warp(unsigned* out, bool wait) {
  Tile& s = dynamic_shared<Tile>();
  const unsigned t = threadIdx.x, first = t / 32 * 32;
  unsigned sum = 0;
  for (unsigned turn = 0; turn < 4; ++turn) {
    if (t == first) s.words[first] = turn;
    __syncwarp();
    sum += s.words[first];  // read by all lanes
    if (wait) __syncwarp();
  }
  out[t] = sum;
}

TEST_CASE("a word that a whole warp reads, then is written again") {
  const LaunchShape shape{1, 64, sizeof(Tile)};
  check_clean(with_words(64, broadcast_in_warp, shape, false, true));
  check_error(ErrorKind::kSharedRace, "", with_words(64, broadcast_in_warp, shape, false, false));
}

__global__ void blocks_overlap(unsigned* out, unsigned step) {
  out[blockIdx.x * step + threadIdx.x] = 1;
}

TEST_CASE("two blocks that write the same device memory") {
  check_clean(with_words(64, blocks_overlap, {2, 32}, false, 32));
  check_error(ErrorKind::kGlobalRace, "unordered",
              with_words(64, blocks_overlap, {2, 32}, false, 31));
}

__global__ void in_place_halo(unsigned* out, unsigned halo) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned v = out[i + halo];
  __syncthreads();
  out[i] = v;
}

TEST_CASE("a block that reads what another block writes") {
  check_clean(with_words(65, in_place_halo, {2, 32}, true, 0));
  check_error(ErrorKind::kGlobalRace, "the other is in block number",
              with_words(65, in_place_halo, {2, 32}, true, 1));
  check_clean(with_words(33, in_place_halo, {1, 32}, true, 1));
}

__global__ void halves(unsigned* out, unsigned step) {
  auto* half_words = reinterpret_cast<unsigned short*>(out);
  half_words[(blockIdx.x * blockDim.x + threadIdx.x) * step] = 1;
}

TEST_CASE("blocks that write neighbouring halves of one word do not race") {
  check_clean(with_words(64, halves, {32, 3}, true, 1));
  check_error(ErrorKind::kGlobalRace, "write of 2 bytes", with_words(64, halves, {32, 3}, true, 0));
}

__global__ void count_plainly(unsigned* out, bool atomically) {
  if (threadIdx.x % 2 == 0 || atomically) {
    atomicAdd(out, 1U);
  } else {
    *out = 5;
  }
}

TEST_CASE("atomics race with plain accesses, not with each other") {
  check_clean(with_words(1, count_plainly, {3, 8}, true, true));
  check_error(ErrorKind::kGlobalRace, "", with_words(1, count_plainly, {3, 8}, true, false));
}

__global__ void shared_beyond(unsigned* out, unsigned beyond) {
  Tile& s = dynamic_shared<Tile>();
  s.words[threadIdx.x + beyond] = 1;
  out[threadIdx.x] = 1;
}

TEST_CASE("a write beyond the end of shared memory") {
  const LaunchShape shape{1, 64, sizeof(Tile)};
  check_clean(with_words(64, shared_beyond, shape, false, 0));
  check_error(ErrorKind::kOutOfBounds, "at byte 256 of dynamic shared memory, which has 256",
              with_words(64, shared_beyond, shape, false, 1));
}

__global__ void shared_unwritten(unsigned* out) {
  const Tile& s = static_shared<Tile>();
  if (threadIdx.x == 3) out[0] = s.words[3];
}

TEST_CASE("a read of shared memory that nobody wrote, also after a block that wrote it") {
  check_error(ErrorKind::kUninitialized, "byte 12 of static shared memory, which has 256",
              with_words(1, shared_unwritten, {1, 32}, false));
  check_error(ErrorKind::kUninitialized, "", [](GpuDevice& device) {
    const Buffer words(device, 256);
    launch(device, "clean", shared_beyond, {1, 64, sizeof(Tile)}, words.as<unsigned>(), 0);
    launch(device, "defect", shared_neighbour, {1, 1, sizeof(Tile)}, words.as<unsigned>(), false,
           5);
  });
}

TEST_CASE("more shared memory than the launch asked for") {
  check_error(ErrorKind::kSharedSize, "more dynamic shared memory than its launch asked for",
              with_words(64, shared_beyond, {1, 64, sizeof(Tile) - 4}, false, 0));
}

struct Large {
  unsigned words[12288];
};
struct Larger {
  unsigned words[12289];
};

template <typename T>
__global__ void large_static(unsigned* out) {
  T& s = static_shared<T>();
  s.words[12287] = 1;
  out[0] = 1;
}

TEST_CASE("more static shared memory than 48 KB") {
  check_clean(with_words(1, large_static<Large>, {1, 1}, false));
  check_error(ErrorKind::kSharedSize, "48 KB", with_words(1, large_static<Larger>, {1, 1}, false));
}

__global__ void nothing(unsigned*) {}

TEST_CASE("launches that a GPU refuses") {
  check_clean(with_words(1, nothing, {1, 1024, 163 * 1024}, false));
  check_error(ErrorKind::kLaunch, "refused", with_words(1, nothing, {1, 1025}, false));
  check_error(ErrorKind::kLaunch, "refused", with_words(1, nothing, {1, {1, 1, 65}}, false));
  check_error(ErrorKind::kLaunch, "refused", with_words(1, nothing, {{1, 65536}, 1}, false));
  check_error(ErrorKind::kLaunch, "refused", with_words(1, nothing, {{0, 1}, 1}, false));
  check_error(ErrorKind::kLaunch, "166912 bytes of shared memory",
              with_words(1, nothing, {1, 1, 163 * 1024 + 1}, false));
}

__global__ void some_wait(unsigned* out, unsigned waiting) {
  if (threadIdx.x < waiting) __syncthreads();
  if (waiting < 32) __shfl_sync(0xFFFFFFFF, 1, 0);
  out[threadIdx.x] = 1;
}

TEST_CASE("threads that wait for each other for ever") {
  check_clean(with_words(64, some_wait, {1, 64}, false, 64));
  check_clean(with_words(64, some_wait, {1, 64}, false, 32));  // the others leave
  check_error(ErrorKind::kDeadlock, "at a block barrier, tests/simt/checks/checks_test.cu:",
              with_words(64, some_wait, {1, 64}, false, 16));
}

__global__ void leave_early(unsigned* out, unsigned stay) {
  if (threadIdx.x >= stay) return;
  out[threadIdx.x] = static_cast<unsigned>(__any_sync(0xFFFFFFFF, 1));
}

TEST_CASE("a warp operation that names lanes which are gone, or never were") {
  check_clean(with_words(32, leave_early, {1, 32}, false, 32));
  check_error(ErrorKind::kDeadlock, "a warp operation with mask 0xffffffff",
              with_words(32, leave_early, {1, 32}, false, 31));
  check_error(ErrorKind::kDeadlock, "0 of 24 threads are gone",
              with_words(32, leave_early, {1, 24}, false, 32));
}

__global__ void two_barriers(unsigned* out, bool apart) {
  if (apart && threadIdx.x % 2 == 0) {
    out[threadIdx.x] = 1;
    __syncthreads();
    out[threadIdx.x] = 2;
  } else {
    out[threadIdx.x] = 3;
    __syncthreads();
    out[threadIdx.x] = 4;
  }
}

TEST_CASE("one block at different barriers") {
  check_clean(with_words(8, two_barriers, {1, 8}, false, false));
  check_error(ErrorKind::kDivergentBarrier, "different barriers",
              with_words(8, two_barriers, {1, 8}, false, true));
}

__global__ void mixed_masks(unsigned* out, unsigned mask) {
  out[threadIdx.x] = __ballot_sync(threadIdx.x == 0 ? mask : 0xFFFFFFFF, 1);
}
__global__ void mixed_operations(unsigned* out, bool mixed) {
  out[threadIdx.x] = mixed && threadIdx.x == 0 ? static_cast<unsigned>(__any_sync(0xFFFFFFFF, 1))
                                               : __ballot_sync(0xFFFFFFFF, 1);
}

TEST_CASE("lanes of one warp that do not want the same") {
  check_clean(with_words(32, mixed_masks, {1, 32}, false, 0xFFFFFFFF));
  check_error(ErrorKind::kWarpMismatch, "different masks",
              with_words(32, mixed_masks, {1, 32}, false, 0x7FFFFFFF));
  check_error(ErrorKind::kBadMask, "does not hold the calling lane",
              with_words(32, mixed_masks, {1, 32}, false, 0xFFFFFFFE));
  check_clean(with_words(32, mixed_operations, {1, 32}, false, false));
  check_error(ErrorKind::kWarpMismatch, "different operations",
              with_words(32, mixed_operations, {1, 32}, false, true));
}

__global__ void shuffle_width(unsigned* out, int width) {
  out[threadIdx.x] = __shfl_sync(0xFFFFFFFF, 1U, 0, width);
}

TEST_CASE("a shuffle width that is no power of two") {
  check_clean(with_words(32, shuffle_width, {1, 32}, false, 4));
  check_error(ErrorKind::kBadMask, "width", with_words(32, shuffle_width, {1, 32}, false, 12));
}

__global__ void aligned_apart(unsigned* out, bool apart) {
  Tile& s = dynamic_shared<Tile>();
  s.words[threadIdx.x] = s.words[threadIdx.x + 32] = threadIdx.x;
  __syncthreads();
  std::uint32_t r[1];
  if (apart && threadIdx.x < 16) {
    ldmatrix_x1(r, s.words);
    r[0] += 1;
  } else {
    ldmatrix_x1(r, s.words + threadIdx.x % 8 * 4);
  }
  out[threadIdx.x] = r[0];
}

TEST_CASE("an .aligned instruction at two places") {
  const LaunchShape shape{1, 32, sizeof(Tile)};
  check_clean(with_words(32, aligned_apart, shape, false, false));
  check_error(ErrorKind::kWarpMismatch, "at different places",
              with_words(32, aligned_apart, shape, false, true));
}

__global__ void copy_async(unsigned* words, int pending, bool barrier, bool early) {
  Tile& s = dynamic_shared<Tile>();
  const unsigned t = threadIdx.x;
  cp_async<4>(&s.words[t], words + t, 4);
  cp_async_commit();
  cp_async<4>(&s.words[32 + t], words + t, 4);
  cp_async_commit();
  if (early) {
    cp_async<4>(&s.words[32 + t], words + t, 4);
    cp_async_commit();
  }
  if (pending == 1) cp_async_wait<1>();
  if (pending == 0) cp_async_wait<0>();
  if (barrier) __syncthreads();
  words[64 + t] = s.words[barrier ? (t + 1) % 32 : t];
}

TEST_CASE("cp.async: its wait, its barrier, and nothing in between") {
  const LaunchShape shape{1, 32, sizeof(Tile)};
  check_clean(with_words(96, copy_async, shape, true, 1, true, false));
  check_clean(with_words(96, copy_async, shape, true, 0, true, false));
  check_clean(with_words(96, copy_async, shape, true, 0, false, false));
  check_error(ErrorKind::kAsyncPending, "was not waited for (read of 4 bytes",
              with_words(96, copy_async, shape, true, 2, true, false));
  check_error(ErrorKind::kAsyncPending, "was not waited for (write of 4 bytes",
              with_words(96, copy_async, shape, true, 0, true, true));
}

__global__ void copied_for_another(unsigned* words, bool barrier) {
  Tile& s = dynamic_shared<Tile>();
  s.words[threadIdx.x] = 0;
  __syncthreads();
  if (threadIdx.x == 0) {
    cp_async<16>(&s.words[0], words, 16);
    cp_async_commit();
    cp_async_wait<0>();
  }
  __shfl_sync(0xFFFFFFFF, 0, 0);  // thread 0 is past its wait, but nothing orders memory
  if (barrier) __syncthreads();
  words[64 + threadIdx.x] = s.words[threadIdx.x % 4];
}

TEST_CASE("cp.async: another thread needs a barrier too") {
  const LaunchShape shape{1, 32, sizeof(Tile)};
  check_clean(with_words(96, copied_for_another, shape, true, true));
  check_error(ErrorKind::kSharedRace, "the other is thread (0, 0, 0)",
              with_words(96, copied_for_another, shape, true, false));
}

template <int Bytes>
__global__ void copy_async_at(unsigned* words, unsigned to, unsigned from, int valid) {
  auto* shared = reinterpret_cast<unsigned char*>(dynamic_shared<Tile>().words);
  cp_async<Bytes>(shared + to, reinterpret_cast<unsigned char*>(words) + from, valid);
  cp_async_commit();
  cp_async_wait<0>();
}

TEST_CASE("cp.async: alignment, sizes and bounds") {
  const LaunchShape shape{1, 1, sizeof(Tile)};
  check_clean(with_words(64, copy_async_at<16>, shape, true, 16, 32, 16));
  check_error(ErrorKind::kMisaligned, "destination",
              with_words(64, copy_async_at<16>, shape, true, 8, 32, 16));
  check_error(ErrorKind::kMisaligned, "source",
              with_words(64, copy_async_at<8>, shape, true, 8, 4, 8));
  check_error(ErrorKind::kOutOfBounds, "not this many",
              with_words(64, copy_async_at<4>, shape, true, 8, 4, 5));
  check_error(ErrorKind::kOutOfBounds, "at byte 256 of dynamic shared memory",
              with_words(64, copy_async_at<8>, shape, true, 256, 0, 8));
  check_error(ErrorKind::kOutOfBounds, "at byte 256 of an allocation",
              with_words(64, copy_async_at<16>, shape, true, 0, 256, 1));
  check_clean(with_words(64, copy_async_at<16>, shape, true, 0, 256, 0));
  check_error(ErrorKind::kUninitialized, "read of 4 bytes",
              with_words(64, copy_async_at<16>, shape, false, 0, 0, 4));
}

__global__ void ldmatrix_at(unsigned* out, unsigned offset) {
  Tile& s = dynamic_shared<Tile>();
  s.words[threadIdx.x] = s.words[threadIdx.x + 32] = threadIdx.x;
  __syncthreads();
  std::uint32_t r[1];
  ldmatrix_x1(r, s.words + threadIdx.x % 8 * 4 + offset);
  out[threadIdx.x] = r[0];
}

TEST_CASE("ldmatrix: alignment and bounds of its rows") {
  const LaunchShape shape{1, 32, sizeof(Tile)};
  check_clean(with_words(32, ldmatrix_at, shape, false, 32));
  check_error(ErrorKind::kMisaligned, "ldmatrix", with_words(32, ldmatrix_at, shape, false, 2));
  check_error(ErrorKind::kOutOfBounds, "at byte 256 of dynamic",
              with_words(32, ldmatrix_at, shape, false, 36));
}

__global__ void multiply_zeros(unsigned* words) {
  float d[4] = {};
  const std::uint32_t a[4] = {}, b[2] = {};
  mma_m16n8k8_tf32(d, a, b);
  words[threadIdx.x] = __float_as_uint(d[0]);
}

TEST_CASE("instructions that an older card does not have, and those that ptx.h replaces there") {
  const auto device = simt::make_simt_device({.limits = simt::limits_of(75)});
  CHECK_NOTHROW(with_words(32, multiply_zeros, {1, 32}, false)(*simt::make_simt_device()));
  try {
    with_words(32, multiply_zeros, {1, 32}, false)(*device);
    FAIL_CHECK("no error");
  } catch (const simt::Error& error) {
    CHECK(error.kind() == ErrorKind::kUnsupported);
  }
  CHECK_NOTHROW(with_words(96, copied_for_another, {1, 32, sizeof(Tile)}, true, true)(*device));
  CHECK_NOTHROW(with_words(32, ldmatrix_at, {1, 32, sizeof(Tile)}, false, 32)(*device));
}

TEST_CASE("a device is usable after an error") {
  const auto device = simt::make_simt_device();
  CHECK_THROWS_AS(with_words(8, two_barriers, {1, 8}, false, true)(*device), simt::Error);
  CHECK_NOTHROW(with_words(8, two_barriers, {1, 8}, false, false)(*device));
}

}  // namespace
}  // namespace vggstyle::cuda
