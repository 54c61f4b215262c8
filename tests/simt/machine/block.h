#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/gpu_device.h"
#include "tests/simt/machine/access_counts.h"
#include "tests/simt/machine/error.h"
#include "tests/simt/machine/harness.h"
#include "tests/simt/machine/memory.h"

/// One block of a launch: a fiber a thread, on one OS thread.
namespace vggstyle::simt {

struct Block;
struct Warp;

/// A cp.async under way. It is read when it was issued and lands when it was waited for.
struct AsyncCopy {
  std::size_t offset;  ///< of the destination in shared memory
  unsigned bytes;
  unsigned group;
  std::uint8_t data[16];
};

constexpr unsigned kWarpgroupThreads = 128;

/// A wgmma that was issued and not waited for.
struct WgmmaProduct {
  WgmmaKind kind;
  int n;
  std::uint64_t a, b;      ///< descriptors
  const float* registers;  ///< the first lane's sums
  unsigned group;
};

/// Sums that products under way add to, of the 32 lanes of a warp.
struct WgmmaSums {
  float* registers[32];
  int count;  ///< of a lane
  int under_way;
  std::vector<float> values;
};

struct WgmmaState {
  std::vector<WgmmaProduct> products;
  std::vector<WgmmaSums> sums;
  std::size_t issued = 0;
  unsigned open_group = 0;
  bool fenced = false;
};

/// What a lane waits for.
enum class Wait : std::uint8_t { kNothing, kBarrier, kWarp, kGone };

/// One CUDA thread.
struct Lane {
  // Where it stands.
  void* context = nullptr;     ///< of its fiber, while another runs
  void* fake_stack = nullptr;  ///< address sanitizer's
  std::uintptr_t stack = 0;
  std::size_t stack_bytes = 0;
  Block* block = nullptr;
  Warp* warp = nullptr;
  unsigned index = 0;  ///< in the block
  unsigned lane = 0;   ///< in the warp
  uint3 thread{};

  // What it waits for, and with what.
  Wait wait = Wait::kNothing;
  const void* place = nullptr;  ///< return address of the call that waits
  int operation = 0;
  unsigned mask = 0;
  std::uint64_t value = 0, result = 0;
  int operand = 0, width = 0;
  const void* row = nullptr;  ///< ldmatrix
  float* wgmma_registers = nullptr;
  std::uint64_t wgmma_a = 0, wgmma_b = 0;
  uint4 loaded{};

  // Logical time, for the race checks (races.h).
  std::uint64_t stamp = 0;  ///< this lane, now, as a cell holds it
  std::uint32_t time = 0;
  std::uint32_t known[32] = {};    ///< what lane i of the warp did before known[i] lies before now
  std::uint32_t latest_known = 0;  ///< the largest of them

  unsigned open_group = 0;  ///< cp.async groups committed so far
  std::vector<AsyncCopy> copies;
  std::vector<AsyncCopy> unfenced;  ///< landed, and no fence.proxy.async since

  struct Logged {
    const void* place;
    Access access;
    std::uint8_t kind;  ///< 2 * (global) + write
  };
  std::vector<Logged> log;
};

/// The registers that an mma takes and gives, by register and lane.
struct MmaRegisters {
  std::uint32_t a[4][32], b[2][32];
  float d[4][32];
};

struct Warp {
  Lane* lanes = nullptr;  ///< the first of them
  unsigned count = 0;     ///< lanes that exist
  unsigned waiting = 0;   ///< mask of those at a warp operation
  MmaRegisters mma;
  WgmmaState wgmma;
};

enum class Checks {
  kMemory,  ///< bounds, unwritten memory, alignment, barriers
  kFull,    ///< and races
  kCount,   ///< and counts of bank conflicts and sectors
};

/// A launch, as all its blocks see it.
struct Launch {
  std::string name;
  dim3 grid, block;
  std::size_t shared_bytes = 0;
  const Kernel* kernel = nullptr;
  const GpuLimits* limits = nullptr;
  DeviceMemory* memory = nullptr;
  Checks checks = Checks::kFull;
  std::uint64_t seed = 0;
  std::uint32_t number = 0;  ///< 1 to kMaxLaunch
};

/// What went wrong, as it is known where it did.
struct Failure {
  ErrorKind kind = ErrorKind::kLaunch;
  const char* what = "";
  const Lane* lane = nullptr;
  const void* place = nullptr;  ///< return address
  std::uintptr_t address = 0;
  unsigned bytes = 0;
  bool write = false;
  std::uint64_t other = 0;  ///< races: the cell of the other thread
};

/// Counts of one instruction.
struct PlaceCounts {
  std::uint64_t warp_accesses = 0, transfers = 0, least_transfers = 0;
};
struct PlaceKey {
  const void* place;
  std::uint8_t kind;
  bool operator==(const PlaceKey&) const = default;
};
struct PlaceHash {
  std::size_t operator()(const PlaceKey& k) const {
    return std::hash<const void*>()(k.place) * 4 + k.kind;
  }
};
using Counts = std::unordered_map<PlaceKey, PlaceCounts, PlaceHash>;

/// Where in a worker's shared memory the block's dynamic and static parts begin, with gaps around.
constexpr std::size_t kSharedSpan = std::size_t{1} << 20;
constexpr std::size_t kDynamicOffset = std::size_t{64} << 10;
constexpr std::size_t kStaticOffset = std::size_t{512} << 10;

struct Block {
  const Launch* launch = nullptr;
  unsigned number = 0;
  uint3 index{};
  unsigned live = 0, at_barrier = 0;
  std::uint32_t barrier_time = 0;  ///< everything before it is ordered before now
  std::uint32_t latest_time = 0;
  struct StaticShared {
    const void* key;
    std::size_t offset, bytes;
  };
  std::vector<StaticShared> static_shared;
  std::size_t static_end = kStaticOffset, static_bytes = 0;
  std::size_t dynamic_bytes = 0;
};

/// Runs blocks, one after the other, on the OS thread that calls run().
class Worker {
 public:
  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// The error that a check found, with its message.
  std::optional<Error> run(const Launch& launch, unsigned block);

  Memory& shared() { return shared_; }
  Block& block() { return block_; }
  Counts& counts() { return counts_; }

  /// Copies that have landed, and what fence.proxy.async by their threads has shown to wgmma.
  void land_copy(Lane& lane, const AsyncCopy& copy);
  void fence_copies(Lane& lane);
  bool is_unfenced(std::size_t offset) const { return unfenced_[offset] != 0; }
  /// What the first warp of a warpgroup to do so has issued.
  std::vector<WgmmaProduct>& issued_by_warpgroup(unsigned warpgroup) {
    issued_.resize(std::max<std::size_t>(issued_.size(), warpgroup + 1));
    return issued_[warpgroup];
  }

  /// The calling lane waits (its `wait` says for what); others run.
  void wait(Lane& lane);
  /// A lane's wait is over.
  void wake(Lane& lane);
  /// Ends the block with this failure; called on a fiber.
  [[noreturn]] void fail(const Failure& failure);
  /// A barrier that all living lanes have reached is over.
  void finish_barrier();
  /// Turns the lanes' logs into counts.
  void count_logged();
  void count(const void* place, std::uint8_t kind, const Access (&lanes)[32]);

 private:
  void prepare_block(const Launch& launch, unsigned number);
  void prepare_lanes(const Launch& launch, unsigned threads);
  void find_scheduler_stack();  // for address sanitizer alone
  static constexpr std::size_t kStackBytes = std::size_t{256} << 10;

  [[noreturn]] void lane_main(Lane& lane);
  Lane* take_ready();
  /// Leaves `from` (null: the scheduler) for `to` (null: the scheduler).
  void jump(Lane* from, Lane* to);
  void arrived(Lane* self, void* transfer_context, void* transfer_data);
  std::string describe(const Failure& failure) const;
  std::string describe_stuck() const;

  Memory shared_;
  Reservation stacks_;
  std::vector<Lane> lanes_;
  std::vector<Warp> warps_;
  std::vector<Lane*> ready_;
  std::size_t ready_count_ = 0;
  std::uint64_t random_ = 1;
  Block block_;
  Counts counts_;
  std::vector<std::uint8_t> unfenced_ = std::vector<std::uint8_t>(kSharedSpan);
  std::vector<std::vector<WgmmaProduct>> issued_;  // by warpgroup

  void* scheduler_context_ = nullptr;
  // What address sanitizer wants to know at a switch of fibers.
  [[maybe_unused]] void* scheduler_fake_stack_ = nullptr;
  [[maybe_unused]] std::uintptr_t scheduler_stack_ = 0;
  [[maybe_unused]] std::size_t scheduler_stack_bytes_ = 0;
  std::optional<Failure> failure_;

  friend struct FiberAccess;
};

/// The thread that runs on this OS thread. Outside of device code the stack range is everything,
/// so that no access is looked at.
struct Current {
  std::uintptr_t stack = 0;
  std::size_t stack_bytes = ~std::size_t{0};
  Lane* lane = nullptr;
  Worker* worker = nullptr;
};
extern thread_local constinit Current current;

/// While it lives, accesses are the harness's own and are not looked at.
class HarnessScope {
 public:
  HarnessScope() : stack_(current.stack), stack_bytes_(current.stack_bytes) {
    current.stack = 0;
    current.stack_bytes = ~std::size_t{0};
  }
  ~HarnessScope() {
    current.stack = stack_;
    current.stack_bytes = stack_bytes_;
  }
  HarnessScope(const HarnessScope&) = delete;
  HarnessScope& operator=(const HarnessScope&) = delete;

 private:
  std::uintptr_t stack_;
  std::size_t stack_bytes_;
};

/// All checks of one access of device code at `place` (a return address): bounds, state, alignment
/// (unless `bytes` is odd or not a power of two), races, and its place in the counts.
template <unsigned Bytes, bool Write>
void check_access(std::uintptr_t address, const void* place);
/// The same for any number of bytes, without alignment.
void check_range(std::uintptr_t address, std::size_t bytes, bool write, const void* place);
/// An atomic read-modify-write of 4 or 8 bytes.
void check_atomic(std::uintptr_t address, unsigned bytes, const void* place);

/// `lane`'s read or write of [address, address + bytes), aligned, in `memory`.
void check_in_memory(Memory& memory, Lane& lane, std::uintptr_t address, unsigned bytes, bool write,
                     const void* place);

/// The calling lane; Error if no kernel runs here (an intrinsic in host code).
Lane& running_lane();

}  // namespace vggstyle::simt
