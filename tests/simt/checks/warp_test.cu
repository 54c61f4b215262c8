#include "tests/simt/checks/checks.h"

namespace vggstyle::cuda {
namespace {

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
  check_error(ErrorKind::kDeadlock, "at a block barrier, tests/simt/checks/warp_test.cu:",
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

TEST_CASE("a device is usable after an error") {
  const auto device = simt::make_simt_device();
  CHECK_THROWS_AS(with_words(8, two_barriers, {1, 8}, false, true)(*device), simt::Error);
  CHECK_NOTHROW(with_words(8, two_barriers, {1, 8}, false, false)(*device));
}

}  // namespace
}  // namespace vggstyle::cuda
