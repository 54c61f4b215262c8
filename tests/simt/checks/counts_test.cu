#include <doctest/doctest.h>

#include "kernels/cuda/device/launch.h"
#include "kernels/cuda/device/ptx.h"
#include "tests/simt/checks/test_kernels.h"

/// The counts of bank conflicts and of sectors.
namespace vggstyle::cuda {
namespace {

using simt::LaunchCounts;
using simt::Space;

struct Words {
  alignas(128) unsigned words[32 * 33];
};

/// One launch of `kernel` with a cleared buffer of `count` words.
template <typename... Parameters, typename... Arguments>
LaunchCounts counts_of(std::size_t count, void (*kernel)(unsigned*, Parameters...),
                       LaunchShape shape, Arguments... arguments) {
  const auto device = simt::make_simt_device({.checks = simt::Checks::kCount});
  const Buffer words(*device, count * 4);
  device->clear(words.data(), words.bytes());
  launch(*device, "counted", kernel, shape, words.as<unsigned>(), arguments...);
  const std::vector<LaunchCounts> counts = simt::take_access_counts(*device);
  REQUIRE(counts.size() == 1);
  CHECK(simt::take_access_counts(*device).empty());
  CHECK(counts[0].kernel == "counted");
  return counts[0];
}

/// The only line of `counts` with these properties.
simt::LineCounts line_of(const LaunchCounts& counts, Space space, bool write) {
  std::vector<simt::LineCounts> found;
  for (const auto& l : counts.lines) {
    if (l.space == space && l.write == write) found.push_back(l);
  }
  REQUIRE(found.size() == 1);
  return found[0];
}

constexpr int kLineOfStore = __LINE__ + 2;
__global__ void store_strided(unsigned*, unsigned stride) {
  dynamic_shared<Words>().words[threadIdx.x * stride] = 1;
}

TEST_CASE("bank conflicts of 4-byte accesses") {
  const auto store = [](unsigned stride, unsigned threads) {
    return line_of(counts_of(1, store_strided, {1, threads, sizeof(Words)}, stride), Space::kShared,
                   true);
  };
  CHECK(store(1, 32).transfers == 1);
  CHECK(store(2, 32).transfers == 2);
  CHECK(store(8, 32).transfers == 8);
  CHECK(store(32, 32).transfers == 32);
  CHECK(store(33, 32).transfers == 1);
  CHECK(store(33, 32).least_transfers == 1);
  CHECK(store(32, 5).transfers == 5);
  CHECK(store(32, 5).line == "tests/simt/checks/counts_test.cu:" + std::to_string(kLineOfStore));
  CHECK(store(1, 256).warp_accesses == 8);
  CHECK(store(1, 256).transfers == 8);
}

__global__ void load_words(unsigned* out, unsigned divisor) {
  Words& s = dynamic_shared<Words>();
  s.words[threadIdx.x] = 1;
  __syncthreads();
  out[threadIdx.x] = s.words[threadIdx.x / divisor * divisor];
}

TEST_CASE("lanes that read the same word share it") {
  CHECK(counts_of(32, load_words, {1, 32, sizeof(Words)}, 32).bank_conflicts() == 0);
  CHECK(counts_of(32, load_words, {1, 32, sizeof(Words)}, 4).bank_conflicts() == 0);
}

__global__ void store_wide(unsigned*, unsigned stride, bool pairs) {
  unsigned* words = dynamic_shared<Words>().words + threadIdx.x * stride;
  if (pairs) {
    store8(words, make_uint2(1, 2));
  } else {
    store16(words, make_uint4(1, 2, 3, 4));
  }
}

TEST_CASE("8- and 16-byte accesses go by half and quarter warps") {
  const auto transfers = [](unsigned stride, bool pairs) {
    const auto l = line_of(counts_of(1, store_wide, {1, 32, sizeof(Words)}, stride, pairs),
                           Space::kShared, true);
    CHECK(l.warp_accesses == 1);
    CHECK(l.least_transfers == (pairs ? 2 : 4));
    return l.transfers;
  };
  CHECK(transfers(2, true) == 2);
  CHECK(transfers(4, true) == 4);
  CHECK(transfers(4, false) == 4);
  CHECK(transfers(8, false) == 8);
  CHECK(transfers(32, false) == 32);
}

__global__ void load_rows(unsigned* out, unsigned row_words, unsigned swizzle) {
  Words& s = dynamic_shared<Words>();
  const unsigned t = threadIdx.x;
  for (unsigned i = t; i < 32 * 33; i += 32) s.words[i] = i;
  __syncthreads();
  std::uint32_t r[4];
  const unsigned chunk = t / 8 ^ (t % 8 & swizzle);
  ldmatrix_x4(r, s.words + t % 8 * row_words + chunk * 4);
  out[t] = r[0] + r[1] + r[2] + r[3];
}

TEST_CASE("ldmatrix: rows that lie in the same banks, and a swizzle that parts them") {
  const auto conflicts = [](unsigned row_words, unsigned swizzle) {
    return counts_of(32, load_rows, {1, 32, sizeof(Words)}, row_words, swizzle).bank_conflicts();
  };
  CHECK(conflicts(32, 0) == 28);  // four matrices, each in 8 passes instead of 1
  CHECK(conflicts(32, 7) == 0);
  CHECK(conflicts(20, 0) == 0);
}

__global__ void copy_rows(unsigned* in, unsigned stride) {
  Words& s = dynamic_shared<Words>();
  cp_async<16>(&s.words[threadIdx.x * stride], in + threadIdx.x * 4, 16);
  cp_async_commit();
  cp_async_wait<0>();
}

TEST_CASE("cp.async counts on both sides") {
  const LaunchCounts counts = counts_of(128, copy_rows, {1, 32, sizeof(Words)}, 32);
  CHECK(line_of(counts, Space::kShared, true).transfers == 32);
  CHECK(line_of(counts, Space::kGlobal, false).transfers == 16);
  CHECK(counts.excess_sectors() == 0);
  CHECK(counts_of(128, copy_rows, {1, 32, sizeof(Words)}, 4).bank_conflicts() == 0);
}

__global__ void store_global(unsigned* out, unsigned stride, unsigned offset) {
  out[blockIdx.x * 32 + threadIdx.x * stride + offset] = 1;
}

TEST_CASE("sectors of device memory") {
  const auto store = [](unsigned stride, unsigned offset) {
    return line_of(counts_of(2048, store_global, {1, 32}, stride, offset), Space::kGlobal, true);
  };
  CHECK(store(1, 0).transfers == 4);
  CHECK(store(1, 0).least_transfers == 4);
  CHECK(store(1, 1).transfers == 5);
  CHECK(store(2, 0).transfers == 8);
  CHECK(store(8, 0).transfers == 32);
  CHECK(store(8, 0).least_transfers == 4);
  CHECK(counts_of(2048, store_global, {3, 32}, 1, 0).lines[0].warp_accesses == 3);
}

__global__ void loop(unsigned* out, unsigned turns) {
  for (unsigned i = 0; i < turns; ++i) out[i * 32 + threadIdx.x] = i;
}

TEST_CASE("each turn of a loop is an instruction of its own") {
  const auto l = line_of(counts_of(320, loop, {1, 32}, 10), Space::kGlobal, true);
  CHECK(l.warp_accesses == 10);
  CHECK(l.transfers == 40);
}

}  // namespace
}  // namespace vggstyle::cuda
