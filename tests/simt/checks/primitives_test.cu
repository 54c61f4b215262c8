#include <doctest/doctest.h>

#include <functional>

#include "kernels/cuda/device/launch.h"
#include "tests/simt/checks/test_kernels.h"

/// Places, barriers, warp operations and atomics do what CUDA's documentation says, in whatever
/// order the threads run.
namespace vggstyle::cuda {
namespace {

using simt::downloaded;
using simt::uploaded;

/// Runs `test` on devices that differ in what must not matter.
void on_all_orders(const std::function<void(GpuDevice&)>& test) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    for (const int os_threads : {1, 3}) {
      test(*simt::make_simt_device({.seed = seed, .os_threads = os_threads}));
    }
  }
}

/// What a kernel of one array of results writes.
template <typename T, typename... Parameters, typename... Arguments>
std::vector<T> results(GpuDevice& device, void (*kernel)(T*, Parameters...), LaunchShape shape,
                       std::size_t count, Arguments... arguments) {
  const Buffer out(device, count * sizeof(T));
  launch(device, "kernel under test", kernel, shape, out.as<T>(), arguments...);
  return downloaded<T>(device, out);
}

struct Reversal {
  int values[128];
};

__global__ void reverse(const int* in, int* out) {
  Reversal& s = dynamic_shared<Reversal>();
  const unsigned t = threadIdx.x, first = blockIdx.x * blockDim.x;
  s.values[t] = in[first + t];
  __syncthreads();
  out[first + t] = s.values[blockDim.x - 1 - t];
}

TEST_CASE("a block reverses its part through dynamic shared memory") {
  std::vector<int> in(128 * 5);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<int>(i);
  on_all_orders([&](GpuDevice& device) {
    const Buffer from = uploaded(device, in), to(device, in.size() * sizeof(int));
    launch(device, "reverse", reverse, {5, 128, sizeof(Reversal)}, from.as<int>(), to.as<int>());
    const std::vector<int> out = downloaded<int>(device, to);
    bool right = true;
    for (int i = 0; i < 640; ++i) {
      right = right && out[static_cast<std::size_t>(i)] == i / 128 * 128 + 127 - i % 128;
    }
    CHECK(right);
  });
}

__global__ void places(unsigned* out) {
  const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const unsigned threads = blockDim.x * blockDim.y * blockDim.z;
  out[block * threads + thread] = 1000 * block + thread;
}

TEST_CASE("every thread of a three-dimensional launch runs once, in its place") {
  on_all_orders([](GpuDevice& device) {
    const auto out = results(device, places, {{2, 3, 2}, {5, 2, 4}}, 12 * 40);
    for (unsigned i = 0; i < out.size(); ++i) CHECK(out[i] == i / 40 * 1000 + i % 40);
  });
}

struct Sums {
  int values[3][64];
};

__global__ void add_up_in_turns(int* out) {
  Sums& s = static_shared<Sums>();
  const unsigned t = threadIdx.x;
  s.values[0][t] = static_cast<int>(t);
  for (unsigned half = 32; half > 0; half /= 2) {
    __syncthreads();
    if (t < half) s.values[0][t] += s.values[0][t + half];
  }
  if (t == 0) out[blockIdx.x] = s.values[0][0];
}

TEST_CASE("a tree sum over static shared memory, with a barrier at each step") {
  on_all_orders([](GpuDevice& device) {
    for (const int sum : results(device, add_up_in_turns, {7, 64}, 7)) CHECK(sum == 64 * 63 / 2);
  });
}

__global__ void barrier_votes(int* out) {
  const int t = static_cast<int>(threadIdx.x);
  if (t >= 40) return;  // gone threads count as arrived, and have no vote
  const int count = __syncthreads_count(t % 3 == 0);
  const int all = __syncthreads_and(t < 40), not_all = __syncthreads_and(t < 39);
  const int any = __syncthreads_or(t == 17), none = __syncthreads_or(t == 41);
  out[t] = count * 10000 + all * 1000 + not_all * 100 + any * 10 + none;
}

TEST_CASE("barriers that count and vote, with threads that are gone") {
  on_all_orders([](GpuDevice& device) {
    for (const int v : results(device, barrier_votes, {1, 64}, 40)) CHECK(v == 141010);
  });
}

__global__ void shuffles(int* out, int width) {
  const int t = static_cast<int>(threadIdx.x);
  out[t] = __shfl_sync(0xFFFFFFFF, t, t * 5 + 3, width);
  out[32 + t] = __shfl_up_sync(0xFFFFFFFF, t, 3, width);
  out[64 + t] = __shfl_down_sync(0xFFFFFFFF, t, 5, width);
  out[96 + t] = __shfl_xor_sync(0xFFFFFFFF, t, 11, width);
}

TEST_CASE("shuffles, whole and in groups") {
  for (const int width : {2, 8, 16, 32}) {
    on_all_orders([width](GpuDevice& device) {
      const auto out = results(device, shuffles, {1, 32}, 128, width);
      for (int t = 0; t < 32; ++t) {
        const int first = t / width * width, end = first + width;
        const auto at = [&](int row) { return out[static_cast<std::size_t>(row * 32 + t)]; };
        CHECK(at(0) == first + (t * 5 + 3) % width);
        CHECK(at(1) == (t - 3 >= first ? t - 3 : t));
        CHECK(at(2) == (t + 5 < end ? t + 5 : t));
        CHECK(at(3) == ((t ^ 11) < end ? t ^ 11 : t));
      }
    });
  }
}

__global__ void wide_shuffle(double* out) {
  const int t = static_cast<int>(threadIdx.x);
  float half_sum = static_cast<float>(t);
  for (int lanes = 16; lanes > 0; lanes /= 2) {
    half_sum += __shfl_xor_sync(0xFFFFFFFF, half_sum, lanes);
  }
  out[t] = __shfl_down_sync(0xFFFFFFFF, 0x1p300 * t, 1) + static_cast<double>(half_sum) - 496.0;
}

TEST_CASE("shuffles of float and double") {
  on_all_orders([](GpuDevice& device) {
    const auto out = results(device, wide_shuffle, {1, 32}, 32);
    for (int t = 0; t < 31; ++t) CHECK(out[static_cast<std::size_t>(t)] == 0x1p300 * (t + 1));
  });
}

__global__ void votes(unsigned* out) {
  const int t = static_cast<int>(threadIdx.x);
  const unsigned half = t < 16 ? 0x0000FFFF : 0xFFFF0000;  // the halves go apart
  if (t < 16) {
    out[t] = __ballot_sync(half, t % 2);
  } else {
    out[t] = __ballot_sync(half, t % 4 == 0);
  }
  out[32 + t] = static_cast<unsigned>(__any_sync(half, t == 20) + 2 * __all_sync(half, t < 16));
  out[64 + t] = __match_any_sync(0xFFFFFFFF, t / 12);
  out[96 + t] = __activemask() >> t & 1;
}

TEST_CASE("votes and matches, with masks") {
  on_all_orders([](GpuDevice& device) {
    const auto out = results(device, votes, {1, 32}, 128);
    for (std::size_t t = 0; t < 32; ++t) {
      CHECK(out[t] == (t < 16 ? 0x0000AAAAU : 0x11110000U));
      CHECK(out[32 + t] == (t < 16 ? 2U : 1U));
      CHECK(out[64 + t] == (t < 12 ? 0xFFFU : t < 24 ? 0xFFF000U : 0xFF000000U));
      CHECK(out[96 + t] == 1);
    }
  });
}

__global__ void reductions(int* out) {
  const int t = static_cast<int>(threadIdx.x);
  const auto u = static_cast<unsigned>(t);
  const unsigned all = 0xFFFFFFFF;
  int* mine = out + t * 9;
  mine[0] = __reduce_add_sync(all, t - 20);
  mine[1] = __reduce_min_sync(all, t - 20);
  mine[2] = __reduce_max_sync(all, -t - 1);
  mine[3] = static_cast<int>(__reduce_add_sync(all, u));
  mine[4] = static_cast<int>(__reduce_min_sync(all, u + 7));
  mine[5] = static_cast<int>(__reduce_max_sync(all, u));
  mine[6] = static_cast<int>(__reduce_and_sync(all, u | 64));
  mine[7] = static_cast<int>(__reduce_or_sync(all, u));
  mine[8] = static_cast<int>(__reduce_xor_sync(all, u == 5 ? 99 : u == 6 ? 1U : 0U));
}

TEST_CASE("reductions of a warp") {
  const std::vector<int> expected = {-144, -20, -1, 496, 7, 31, 64, 31, 98};
  on_all_orders([&](GpuDevice& device) {
    const auto out = results(device, reductions, {1, 32}, 32 * 9);
    for (std::size_t i = 0; i < out.size(); ++i) CHECK(out[i] == expected[i % 9]);
  });
}

__global__ void through_a_warp(int* out) {
  Sums& s = static_shared<Sums>();
  const unsigned t = threadIdx.x;
  int value = static_cast<int>(t);
  for (int turn = 0; turn < 5; ++turn) {
    s.values[turn % 2][t] = value;
    __syncwarp();
    value = s.values[turn % 2][t / 32 * 32 + (t + 1) % 32] + 100;
  }
  out[t] = value;
}

TEST_CASE("__syncwarp orders a warp's shared memory") {
  on_all_orders([](GpuDevice& device) {
    const auto out = results(device, through_a_warp, {1, 64}, 64);
    for (unsigned t = 0; t < 64; ++t) {
      CHECK(out[t] == static_cast<int>(t / 32 * 32 + (t + 5) % 32 + 500));
    }
  });
}

__global__ void atomics(int* ints, unsigned* words, float* floats, double* doubles) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  atomicAdd(ints, i);
  atomicMax(ints + 1, i);
  atomicMin(ints + 2, -i);
  atomicAdd(words, 1U);
  atomicOr(words + 1, 1U << i % 32);
  atomicAnd(words + 2, ~(1U << i % 31));
  atomicCAS(words + 3, 5U, 6U);
  atomicExch(words + 4, 9U);
  atomicAdd(floats, 0.5F);
  atomicAdd(doubles, 0.25);
}

TEST_CASE("atomics of many blocks on the same words") {
  on_all_orders([](GpuDevice& device) {
    const Buffer ints = uploaded<int>(device, {0, 0, 0});
    const Buffer words = uploaded<unsigned>(device, {0, 0, ~0U, 5, 0});
    const Buffer floats = uploaded<float>(device, {0}), doubles = uploaded<double>(device, {0});
    launch(device, "atomics", atomics, {6, 50}, ints.as<int>(), words.as<unsigned>(),
           floats.as<float>(), doubles.as<double>());
    CHECK(downloaded<int>(device, ints) == std::vector<int>{300 * 299 / 2, 299, -299});
    CHECK(downloaded<unsigned>(device, words) ==
          std::vector<unsigned>{300, ~0U, 0x80000000U, 6, 9});
    CHECK(downloaded<float>(device, floats)[0] == 150);
    CHECK(downloaded<double>(device, doubles)[0] == 75);
  });
}

__global__ void order_of_arrival(unsigned* out, unsigned* ticket) {
  out[threadIdx.x] = atomicAdd(ticket, 1U);
}

TEST_CASE("the seed decides the order in which threads run") {
  const auto order = [](std::uint64_t seed) {
    const auto device = simt::make_simt_device({.seed = seed});
    const Buffer ticket = uploaded<unsigned>(*device, {0});
    return results(*device, order_of_arrival, {1, 64}, 64, ticket.as<unsigned>());
  };
  CHECK(order(1) == order(1));
  CHECK(order(1) != order(2));
}

__constant__ const int kSquares[5] = {0, 1, 4, 9, 16};

struct Arguments {
  int values[20];
};

__global__ void constants_and_arguments(int* out, Arguments a) {
  const unsigned t = threadIdx.x;
  out[t] = kSquares[t % 5] + a.values[t];
}

TEST_CASE("kernels read constants and large arguments") {
  const auto device = simt::make_simt_device();
  Arguments a{};
  for (int i = 0; i < 20; ++i) a.values[i] = 100 * i;
  const auto out = results(*device, constants_and_arguments, {1, 20}, 20, a);
  for (int t = 0; t < 20; ++t) CHECK(out[static_cast<std::size_t>(t)] == t % 5 * (t % 5) + 100 * t);
}

__global__ void arithmetic(float* out) {
  out[0] = rsqrtf(4.0F);
  out[1] = __fdividef(1.0F, 8.0F);
  out[2] = __saturatef(1.5F) + __saturatef(-2.0F);
  out[3] = max(1.0F, __uint_as_float(0x7FC00000));
  out[4] = static_cast<float>(min(3, -4));
  out[5] = static_cast<float>(__popc(0xF0F0U) + __clz(1) + __ffs(8));
  out[6] = static_cast<float>(__byte_perm(0x33221100U, 0x77665544U, 0x7250U) == 0x77225500U);
  out[7] = static_cast<float>(__umulhi(0x80000000U, 6U));
  out[8] = __int_as_float(__float_as_int(2.5F)) + static_cast<float>(__float_as_uint(0.0F));
  out[9] = fmaf(2.0F, 3.0F, 1.0F);
}

TEST_CASE("arithmetic functions") {
  const auto device = simt::make_simt_device();
  CHECK(results(*device, arithmetic, {1, 1}, 10) ==
        std::vector<float>{0.5F, 0.125F, 1, 1, -4, 8 + 31 + 4, 1, 3, 2.5F, 7});
}

}  // namespace
}  // namespace vggstyle::cuda
