#include "tests/simt/instructions/warp_operations.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

#include "tests/simt/machine/harness.h"

#define VGGSTYLE_PLACE __builtin_return_address(0)

namespace vggstyle::simt {

uint3 thread_index() {
  return running_lane().thread;
}
uint3 block_index() {
  return running_lane().block->index;
}
dim3 block_dim() {
  return running_lane().block->launch->block;
}
dim3 grid_dim() {
  return running_lane().block->launch->grid;
}

void* dynamic_shared(std::size_t bytes) {
  Lane& lane = running_lane();
  if (bytes > lane.block->launch->shared_bytes) {
    current.worker->fail({.kind = ErrorKind::kSharedSize,
                          .what = "the kernel uses more dynamic shared memory than its launch "
                                  "asked for",
                          .lane = &lane,
                          .place = VGGSTYLE_PLACE});
  }
  return current.worker->shared().bytes() + kDynamicOffset;
}

void* static_shared(const void* key, std::size_t bytes, std::size_t alignment) {
  const HarnessScope scope;
  Lane& lane = running_lane();
  Block& block = *lane.block;
  Memory& shared = current.worker->shared();
  for (const Block::StaticShared& s : block.static_shared) {
    if (s.key == key) return shared.bytes() + s.offset;
  }
  constexpr std::size_t kStaticLimit = 48 << 10;
  block.static_bytes += bytes;
  if (block.static_bytes > kStaticLimit || block.static_bytes + block.launch->shared_bytes >
                                               block.launch->limits->shared_bytes_per_block) {
    current.worker->fail({.kind = ErrorKind::kSharedSize,
                          .what = "more than 48 KB of static shared memory, or static and dynamic "
                                  "together more than the card has for a block",
                          .lane = &lane,
                          .place = VGGSTYLE_PLACE});
  }
  const std::size_t align = std::max<std::size_t>(alignment, 128);
  const std::size_t offset = (block.static_end + align - 1) / align * align;
  block.static_end = offset + bytes + 1024;  // a gap
  block.static_shared.push_back({key, offset, bytes});
  std::memset(shared.states() + offset, kFresh, bytes);
  std::memset(shared.bytes() + offset, 0xFF, bytes);
  return shared.bytes() + offset;
}

std::uint32_t shared_address(const void* pointer) {
  Lane& lane = running_lane();
  const Memory& shared = current.worker->shared();
  const auto address = reinterpret_cast<std::uintptr_t>(pointer);
  if (!shared.contains(address)) {
    current.worker->fail({.kind = ErrorKind::kOutOfBounds,
                          .what = "this address is not in shared memory",
                          .lane = &lane,
                          .place = VGGSTYLE_PLACE});
  }
  return static_cast<std::uint32_t>(address - shared.base() - kDynamicOffset);
}

int barrier(BarrierKind kind, int predicate) {
  Lane& lane = running_lane();
  Block& block = *lane.block;
  lane.operation = static_cast<int>(kind);
  lane.place = VGGSTYLE_PLACE;
  lane.value = predicate != 0;
  lane.result = 0;
  lane.wait = Wait::kBarrier;
  ++block.at_barrier;
  if (block.at_barrier == block.live) current.worker->finish_barrier();
  current.worker->wait(lane);
  return static_cast<int>(lane.result);
}

void check_meeting(const Lane& lane, bool aligned) {
  const Warp& warp = *lane.warp;
  for (unsigned there = warp.waiting & lane.mask; there != 0; there &= there - 1) {
    const Lane& other = warp.lanes[std::countr_zero(there)];
    // One that this lane will meet later may still be busy with others.
    if ((other.mask >> lane.lane & 1) == 0) continue;
    const char* what = nullptr;
    if (other.mask != lane.mask) {
      what = "lanes of one warp come to an operation with different masks";
    } else if (other.operation != lane.operation) {
      what = "lanes of one warp come to different operations";
    } else if (aligned && other.place != lane.place) {
      const HarnessScope scope;
      if (!same_place(other.place, lane.place)) {
        what = "lanes of one warp come to an .aligned instruction at different places";
      }
    }
    if (what != nullptr) {
      current.worker->fail(
          {.kind = ErrorKind::kWarpMismatch, .what = what, .lane = &lane, .place = lane.place});
    }
    return;  // the others of that meeting were compared when they came
  }
}

void sync_warp(unsigned mask) {
  Lane& lane = running_lane();
  meet(lane, WarpOperation::kSync, 0, mask, false, VGGSTYLE_PLACE, [mask](Warp& warp) {
    std::uint32_t known[32] = {};
    for (unsigned l = 0; l < warp.count; ++l) {
      if ((mask >> l & 1) == 0) continue;
      for (unsigned i = 0; i < 32; ++i) known[i] = std::max(known[i], warp.lanes[l].known[i]);
    }
    Block& block = *warp.lanes->block;
    for (unsigned l = 0; l < warp.count; ++l) {
      if ((mask >> l & 1) == 0) continue;
      Lane& of_mask = warp.lanes[l];
      const std::uint32_t time = std::min(of_mask.time + 1, kMaxTime);
      set_time(of_mask, time);
      known[l] = time;
      block.latest_time = std::max(block.latest_time, time);
    }
    const std::uint32_t latest = *std::max_element(known, known + 32);
    for (unsigned l = 0; l < warp.count; ++l) {
      if ((mask >> l & 1) == 0) continue;
      std::copy_n(known, 32, warp.lanes[l].known);
      warp.lanes[l].latest_known = latest;
    }
  });
}

std::uint64_t shuffle(ShuffleKind kind, unsigned mask, std::uint64_t value, int operand,
                      int width) {
  Lane& lane = running_lane();
  if (width < 1 || width > 32 || !std::has_single_bit(static_cast<unsigned>(width))) {
    current.worker->fail({.kind = ErrorKind::kBadMask,
                          .what = "the width of a shuffle is not 1, 2, 4, 8, 16 or 32",
                          .lane = &lane,
                          .place = VGGSTYLE_PLACE});
  }
  lane.value = value;
  lane.operand = operand;
  lane.width = width;
  meet(lane, WarpOperation::kShuffle, static_cast<unsigned>(kind), mask, false, VGGSTYLE_PLACE,
       [mask, kind](Warp& warp) {
         for (unsigned l = 0; l < warp.count; ++l) {
           if ((mask >> l & 1) == 0) continue;
           Lane& to = warp.lanes[l];
           const auto self = static_cast<int>(l);
           const int first = self & ~(to.width - 1), last = first + to.width - 1;
           int from = self;
           switch (kind) {
             case ShuffleKind::kIndex:
               from = first + (to.operand & (to.width - 1));
               break;
             case ShuffleKind::kUp:
               from = self - to.operand;
               break;
             case ShuffleKind::kDown:
               from = self + to.operand;
               break;
             case ShuffleKind::kXor:
               from = self ^ to.operand;
               break;
           }
           // Beyond its group a lane keeps its own value; xor may reach into earlier groups.
           if (kind == ShuffleKind::kUp ? from < first : from > last || from < 0) from = self;
           // What a lane outside of the mask would give is undefined.
           to.result = (mask >> from & 1) != 0 ? warp.lanes[from].value : ~std::uint64_t{0};
         }
       });
  return lane.result;
}

unsigned vote(VoteKind kind, unsigned mask, int predicate) {
  Lane& lane = running_lane();
  lane.value = predicate != 0;
  meet(lane, WarpOperation::kVote, static_cast<unsigned>(kind), mask, false, VGGSTYLE_PLACE,
       [mask, kind](Warp& warp) {
         unsigned ballot = 0;
         for (unsigned l = 0; l < warp.count; ++l) {
           if ((mask >> l & 1) != 0 && warp.lanes[l].value != 0) ballot |= 1U << l;
         }
         const unsigned result = kind == VoteKind::kBallot ? ballot
                                 : kind == VoteKind::kAny  ? ballot != 0
                                                           : ballot == mask;
         for (unsigned l = 0; l < warp.count; ++l) {
           if ((mask >> l & 1) != 0) warp.lanes[l].result = result;
         }
       });
  return static_cast<unsigned>(lane.result);
}

unsigned reduce(ReduceKind kind, unsigned mask, unsigned value) {
  Lane& lane = running_lane();
  if (lane.block->launch->limits->capability < 80) {
    current.worker->fail({.kind = ErrorKind::kUnsupported,
                          .what = "__reduce_*_sync needs a card of capability 8.0",
                          .lane = &lane,
                          .place = VGGSTYLE_PLACE});
  }
  lane.value = value;
  meet(lane, WarpOperation::kReduce, static_cast<unsigned>(kind), mask, false, VGGSTYLE_PLACE,
       [mask, kind](Warp& warp) {
         bool first = true;
         unsigned r = 0;
         for (unsigned l = 0; l < warp.count; ++l) {
           if ((mask >> l & 1) == 0) continue;
           const auto v = static_cast<unsigned>(warp.lanes[l].value);
           if (first) {
             r = v;
             first = false;
             continue;
           }
           const auto sr = static_cast<int>(r), sv = static_cast<int>(v);
           switch (kind) {
             case ReduceKind::kAdd:
               r += v;
               break;
             case ReduceKind::kMin:
               r = std::min(r, v);
               break;
             case ReduceKind::kMax:
               r = std::max(r, v);
               break;
             case ReduceKind::kMinSigned:
               r = static_cast<unsigned>(std::min(sr, sv));
               break;
             case ReduceKind::kMaxSigned:
               r = static_cast<unsigned>(std::max(sr, sv));
               break;
             case ReduceKind::kAnd:
               r &= v;
               break;
             case ReduceKind::kOr:
               r |= v;
               break;
             case ReduceKind::kXor:
               r ^= v;
               break;
           }
         }
         for (unsigned l = 0; l < warp.count; ++l) {
           if ((mask >> l & 1) != 0) warp.lanes[l].result = r;
         }
       });
  return static_cast<unsigned>(lane.result);
}

unsigned match_any(unsigned mask, std::uint64_t value) {
  Lane& lane = running_lane();
  lane.value = value;
  meet(lane, WarpOperation::kMatch, 0, mask, false, VGGSTYLE_PLACE, [mask](Warp& warp) {
    for (unsigned l = 0; l < warp.count; ++l) {
      if ((mask >> l & 1) == 0) continue;
      unsigned same = 0;
      for (unsigned i = 0; i < warp.count; ++i) {
        if ((mask >> i & 1) != 0 && warp.lanes[i].value == warp.lanes[l].value) same |= 1U << i;
      }
      warp.lanes[l].result = same;
    }
  });
  return static_cast<unsigned>(lane.result);
}

unsigned active_mask() {
  return 1U << running_lane().lane;
}

namespace {

template <typename T>
T combined(AtomicKind kind, T old, T value) {
  switch (kind) {
    case AtomicKind::kAdd:
      return old + value;
    case AtomicKind::kMin:
      return std::min(old, value);
    case AtomicKind::kMax:
      return std::max(old, value);
    case AtomicKind::kExchange:
      return value;
    case AtomicKind::kAnd:
      if constexpr (std::is_integral_v<T>) return old & value;
      break;
    case AtomicKind::kOr:
      if constexpr (std::is_integral_v<T>) return old | value;
      break;
  }
  return old;
}

template <typename T>
T update(AtomicKind kind, T* address, T value, const void* place) {
  running_lane();
  check_atomic(reinterpret_cast<std::uintptr_t>(address), sizeof(T), place);
  T old;
  __atomic_load(address, &old, __ATOMIC_SEQ_CST);
  for (T next = combined(kind, old, value); !__atomic_compare_exchange(
           address, &old, &next, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);) {
    next = combined(kind, old, value);
  }
  return old;
}

template <typename T>
T compare_and_swap(T* address, T compare, T value, const void* place) {
  running_lane();
  check_atomic(reinterpret_cast<std::uintptr_t>(address), sizeof(T), place);
  __atomic_compare_exchange(address, &compare, &value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return compare;
}

}  // namespace

int atomic(AtomicKind kind, int* address, int value) {
  return update(kind, address, value, VGGSTYLE_PLACE);
}
unsigned atomic(AtomicKind kind, unsigned* address, unsigned value) {
  return update(kind, address, value, VGGSTYLE_PLACE);
}
unsigned long long atomic(AtomicKind kind, unsigned long long* address, unsigned long long value) {
  return update(kind, address, value, VGGSTYLE_PLACE);
}
float atomic(AtomicKind kind, float* address, float value) {
  return update(kind, address, value, VGGSTYLE_PLACE);
}
double atomic(AtomicKind kind, double* address, double value) {
  return update(kind, address, value, VGGSTYLE_PLACE);
}
int atomic_cas(int* address, int compare, int value) {
  return compare_and_swap(address, compare, value, VGGSTYLE_PLACE);
}
unsigned atomic_cas(unsigned* address, unsigned compare, unsigned value) {
  return compare_and_swap(address, compare, value, VGGSTYLE_PLACE);
}
unsigned long long atomic_cas(unsigned long long* address, unsigned long long compare,
                              unsigned long long value) {
  return compare_and_swap(address, compare, value, VGGSTYLE_PLACE);
}

namespace {

template <typename T>
T load(const void* p, const void* place) {
  check_access<sizeof(T), false>(reinterpret_cast<std::uintptr_t>(p), place);
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

template <typename T>
void store(void* p, const T& v, const void* place) {
  check_access<sizeof(T), true>(reinterpret_cast<std::uintptr_t>(p), place);
  std::memcpy(p, &v, sizeof v);
}

}  // namespace

uint4 load16(const void* p) {
  return load<uint4>(p, VGGSTYLE_PLACE);
}
float4 load16f(const void* p) {
  return load<float4>(p, VGGSTYLE_PLACE);
}
void store16(void* p, uint4 v) {
  store(p, v, VGGSTYLE_PLACE);
}
void store16f(void* p, float4 v) {
  store(p, v, VGGSTYLE_PLACE);
}
uint2 load8(const void* p) {
  return load<uint2>(p, VGGSTYLE_PLACE);
}
void store8(void* p, uint2 v) {
  store(p, v, VGGSTYLE_PLACE);
}

}  // namespace vggstyle::simt
