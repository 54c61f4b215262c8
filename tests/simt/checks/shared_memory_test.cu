#include "tests/simt/checks/checks.h"

namespace vggstyle::cuda {
namespace {

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

}  // namespace
}  // namespace vggstyle::cuda
