#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "runtime/gpu_device.h"
#include "tests/simt/instructions/vector_types.h"

/// What device code, compiled for the host, calls: the other side of device_code.h and ptx.h.
/// Functions that need the whole warp return when all lanes of the mask have come.
namespace vggstyle::simt {

/// A kernel with its arguments: what every thread of a launch calls.
class Kernel {
 public:
  template <typename Function>
  explicit Kernel(Function function)
      : function_(std::make_shared<const Function>(function)),
        bytes_(sizeof(Function)),
        call_([](const void* f) { (*static_cast<const Function*>(f))(); }) {}

  void operator()() const { call_(function_.get()); }
  /// Where the arguments lie: readable for device code.
  const void* arguments() const { return function_.get(); }
  std::size_t argument_bytes() const { return bytes_; }

 private:
  std::shared_ptr<const void> function_;
  std::size_t bytes_;
  void (*call_)(const void*);
};

/// Runs (or records) the kernel on a simulated device. Error if a check fails.
void launch(GpuDevice& device, const char* name, dim3 grid, dim3 block, std::size_t shared_bytes,
            Kernel kernel);
template <typename Function>
void launch(GpuDevice& device, const char* name, dim3 grid, dim3 block, std::size_t shared_bytes,
            Function function) {
  launch(device, name, grid, block, shared_bytes, Kernel(function));
}

// A thread's place never changes while it runs, which `const` tells the compiler.
[[gnu::const]] uint3 thread_index();
[[gnu::const]] uint3 block_index();
[[gnu::const]] dim3 block_dim();
[[gnu::const]] dim3 grid_dim();

/// The block's dynamic shared memory; Error if the launch asked for less than `bytes`.
void* dynamic_shared(std::size_t bytes);
/// `bytes` of static shared memory, the same for the same `key` and block.
void* static_shared(const void* key, std::size_t bytes, std::size_t alignment);
/// Offset in the block's shared memory; Error if `pointer` does not point there.
std::uint32_t shared_address(const void* pointer);

enum class BarrierKind { kPlain, kCount, kAnd, kOr };
int barrier(BarrierKind kind, int predicate);
void sync_warp(unsigned mask);

enum class ShuffleKind { kIndex, kUp, kDown, kXor };
std::uint64_t shuffle(ShuffleKind kind, unsigned mask, std::uint64_t value, int operand, int width);
enum class VoteKind { kBallot, kAny, kAll };
unsigned vote(VoteKind kind, unsigned mask, int predicate);
enum class ReduceKind { kAdd, kMin, kMax, kMinSigned, kMaxSigned, kAnd, kOr, kXor };
unsigned reduce(ReduceKind kind, unsigned mask, unsigned value);
unsigned match_any(unsigned mask, std::uint64_t value);
/// The calling lane alone: the least that CUDA promises.
unsigned active_mask();

enum class AtomicKind { kAdd, kMin, kMax, kExchange, kAnd, kOr };
int atomic(AtomicKind kind, int* address, int value);
unsigned atomic(AtomicKind kind, unsigned* address, unsigned value);
unsigned long long atomic(AtomicKind kind, unsigned long long* address, unsigned long long value);
float atomic(AtomicKind kind, float* address, float value);
double atomic(AtomicKind kind, double* address, double value);
int atomic_cas(int* address, int compare, int value);
unsigned atomic_cas(unsigned* address, unsigned compare, unsigned value);
unsigned long long atomic_cas(unsigned long long* address, unsigned long long compare,
                              unsigned long long value);

// One access each, whatever the compiler makes of it: so that reports count what a GPU does.
uint4 load16(const void* p);
float4 load16f(const void* p);
void store16(void* p, uint4 v);
void store16f(void* p, float4 v);
uint2 load8(const void* p);
void store8(void* p, uint2 v);

/// Matrices 0 to `count` - 1; unused registers are 0.
uint4 ldmatrix(int count, bool transposed, const void* row);

// Arguments and results in registers, so that the kernel's fragments need no address.
struct MmaResult {
  float d[4];
};
MmaResult mma_f16(float d0, float d1, float d2, float d3, std::uint32_t a0, std::uint32_t a1,
                  std::uint32_t a2, std::uint32_t a3, std::uint32_t b0, std::uint32_t b1);
MmaResult mma_bf16(float d0, float d1, float d2, float d3, std::uint32_t a0, std::uint32_t a1,
                   std::uint32_t a2, std::uint32_t a3, std::uint32_t b0, std::uint32_t b1);
MmaResult mma_tf32(float d0, float d1, float d2, float d3, std::uint32_t a0, std::uint32_t a1,
                   std::uint32_t a2, std::uint32_t a3, std::uint32_t b0, std::uint32_t b1);

enum class WgmmaKind { kF16, kBf16, kTf32 };
/// Error unless a descriptor can hold these.
void check_descriptor(const void* shared, int k_stride, int row_stride);
void wgmma_fence();
/// `d`: the lane's n / 2 sums.
void wgmma(WgmmaKind kind, int n, float* d, std::uint64_t a, std::uint64_t b);
void wgmma_commit();
void wgmma_wait(int pending);
void fence_proxy_async();
/// On the host a product's sums have an address, and so are in memory wherever this stands.
inline void fence_sums(float*) {}

void cp_async(int bytes, void* shared, const void* global, int valid);
void cp_async_commit();
void cp_async_wait(int pending);

}  // namespace vggstyle::simt
