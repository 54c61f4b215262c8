#include "tests/simt/checks/checks.h"

namespace vggstyle::cuda {
namespace {

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

}  // namespace
}  // namespace vggstyle::cuda
