#include "tests/simt/machine/block.h"

#include <pthread.h>

#include <algorithm>
#include <boost/context/detail/fcontext.hpp>
#include <cstring>

#include "tests/simt/machine/races.h"
#include "tests/simt/machine/source_place.h"

#if defined(__SANITIZE_ADDRESS__)
#define VGGSTYLE_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VGGSTYLE_ADDRESS_SANITIZER
#endif
#endif
#ifdef VGGSTYLE_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace vggstyle::simt {

namespace fiber = boost::context::detail;

thread_local constinit Current current;

namespace {

constexpr unsigned kMaxThreads = 1024;

/// The next value of an xorshift generator (Marsaglia 2003).
std::uint64_t next_random(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a * 0x9E3779B97F4A7C15 + b + 1;
  for (int i = 0; i < 3; ++i) next_random(x);
  return x == 0 ? 1 : x;
}

}  // namespace

Worker::Worker()
    : shared_(kSharedSpan, false),
      stacks_(kMaxThreads * kStackBytes),
      lanes_(kMaxThreads),
      warps_(kMaxThreads / 32),
      ready_(kMaxThreads) {
  for (unsigned i = 0; i < kMaxThreads; ++i) {
    Lane& lane = lanes_[i];
    lane.stack = reinterpret_cast<std::uintptr_t>(stacks_.as<std::byte>()) + i * kStackBytes;
    // Tops at different places of a page, or all stacks would fight for the same cache lines.
    lane.stack_bytes = kStackBytes - i * 320 % 4096 / 64 * 64;
    lane.index = i;
    lane.lane = i % 32;
    lane.warp = &warps_[i / 32];
    lane.block = &block_;
  }
  for (unsigned i = 0; i < warps_.size(); ++i) warps_[i].lanes = &lanes_[i * 32];
}

Worker::~Worker() = default;

void Worker::jump(Lane* from, Lane* to) {
#ifdef VGGSTYLE_ADDRESS_SANITIZER
  void** fake = from != nullptr ? &from->fake_stack : &scheduler_fake_stack_;
  if (from != nullptr && from->wait == Wait::kGone) fake = nullptr;  // it does not come back
  const std::uintptr_t stack = to != nullptr ? to->stack : scheduler_stack_;
  const std::size_t bytes = to != nullptr ? to->stack_bytes : scheduler_stack_bytes_;
  __sanitizer_start_switch_fiber(fake, reinterpret_cast<const void*>(stack), bytes);
#endif
  if (to != nullptr) {
    current.stack = to->stack;
    current.stack_bytes = to->stack_bytes;
    current.lane = to;
  } else {
    current.stack = 0;
    current.stack_bytes = ~std::size_t{0};
    current.lane = nullptr;
  }
  void*& leave = from != nullptr ? from->context : scheduler_context_;
  const fiber::transfer_t t =
      fiber::jump_fcontext(to != nullptr ? to->context : scheduler_context_, &leave);
  arrived(from, t.fctx, t.data);
}

void Worker::arrived(Lane* self, void* transfer_context, void* transfer_data) {
  *static_cast<void**>(transfer_data) = transfer_context;
#ifdef VGGSTYLE_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(self != nullptr ? self->fake_stack : scheduler_fake_stack_,
                                  nullptr, nullptr);
#else
  (void)self;
#endif
}

struct FiberAccess {
  static void enter(fiber::transfer_t t) {
    Worker& worker = *current.worker;
    Lane& lane = *current.lane;
    lane.fake_stack = nullptr;
    worker.arrived(&lane, t.fctx, t.data);
    worker.lane_main(lane);
  }
};

void Worker::lane_main(Lane& lane) {
  (*block_.launch->kernel)();
  lane.wait = Wait::kGone;
  --block_.live;
  if (block_.live > 0 && block_.at_barrier == block_.live) finish_barrier();
  jump(&lane, take_ready());
  __builtin_unreachable();  // a lane that is gone is never woken
}

Lane* Worker::take_ready() {
  if (ready_count_ == 0) return nullptr;
  const std::size_t pick = (next_random(random_) >> 32) * ready_count_ >> 32;
  Lane* lane = ready_[pick];
  ready_[pick] = ready_[--ready_count_];
  return lane;
}

void Worker::wake(Lane& lane) {
  lane.wait = Wait::kNothing;
  ready_[ready_count_++] = &lane;
}

void Worker::wait(Lane& lane) {
  Lane* next = take_ready();
  if (next != &lane) jump(&lane, next);
}

void Worker::fail(const Failure& failure) {
  failure_ = failure;
  jump(current.lane, nullptr);
  __builtin_unreachable();  // the scheduler gives the block up
}

void Worker::finish_barrier() {
  const unsigned threads = block_.launch->block.x * block_.launch->block.y * block_.launch->block.z;
  int sum = 0;
  const Lane* first = nullptr;
  for (unsigned i = 0; i < threads; ++i) {
    const Lane& lane = lanes_[i];
    if (lane.wait != Wait::kBarrier) continue;
    sum += lane.value != 0;
    if (first == nullptr) first = &lane;
    if (lane.operation != first->operation || lane.place != first->place) {
      const HarnessScope scope;
      if (lane.operation != first->operation || !same_place(lane.place, first->place)) {
        fail({.kind = ErrorKind::kDivergentBarrier,
              .what = "threads of one block wait at different barriers",
              .lane = &lane,
              .place = lane.place});
      }
    }
  }
  if (block_.launch->checks == Checks::kCount) count_logged();
  const auto arrived_count = static_cast<int>(block_.at_barrier);
  const std::uint32_t time = block_.latest_time + 1;
  if (time >= kMaxTime) {
    fail({.kind = ErrorKind::kLaunch,
          .what = "more barriers in one block than the harness can tell apart",
          .lane = first,
          .place = first->place});
  }
  block_.at_barrier = 0;
  block_.barrier_time = block_.latest_time = time;
  for (unsigned i = 0; i < threads; ++i) {
    Lane& lane = lanes_[i];
    if (lane.wait != Wait::kBarrier) continue;
    switch (static_cast<BarrierKind>(lane.operation)) {
      case BarrierKind::kPlain:
        break;
      case BarrierKind::kCount:
        lane.result = static_cast<std::uint64_t>(sum);
        break;
      case BarrierKind::kAnd:
        lane.result = sum == arrived_count;
        break;
      case BarrierKind::kOr:
        lane.result = sum > 0;
        break;
    }
    set_time(lane, time);
    wake(lane);
  }
}

void Worker::land_copy(Lane& lane, const AsyncCopy& copy) {
  if (!block_.launch->limits->wgmma) return;
  lane.unfenced.push_back(copy);
  std::fill_n(unfenced_.begin() + static_cast<std::ptrdiff_t>(copy.offset), copy.bytes, 1);
}

void Worker::fence_copies(Lane& lane) {
  for (const AsyncCopy& copy : lane.unfenced) {
    std::fill_n(unfenced_.begin() + static_cast<std::ptrdiff_t>(copy.offset), copy.bytes, 0);
  }
  lane.unfenced.clear();
}

#ifdef VGGSTYLE_ADDRESS_SANITIZER
void Worker::find_scheduler_stack() {
  if (scheduler_stack_ != 0) return;
  pthread_attr_t attributes;
  void* low = nullptr;
  ::pthread_getattr_np(::pthread_self(), &attributes);
  ::pthread_attr_getstack(&attributes, &low, &scheduler_stack_bytes_);
  ::pthread_attr_destroy(&attributes);
  scheduler_stack_ = reinterpret_cast<std::uintptr_t>(low);
}
#endif

void Worker::prepare_block(const Launch& launch, unsigned number) {
  // What the block before had is nobody's now.
  std::memset(shared_.states() + kDynamicOffset, kUnallocated, block_.dynamic_bytes);
  std::memset(shared_.states() + kStaticOffset, kUnallocated, block_.static_end - kStaticOffset);
  block_ = Block{};
  block_.launch = &launch;
  block_.number = number;
  block_.index = {number % launch.grid.x, number / launch.grid.x % launch.grid.y,
                  number / launch.grid.x / launch.grid.y};
  block_.live = launch.block.x * launch.block.y * launch.block.z;
  block_.barrier_time = block_.latest_time = 1;
  block_.dynamic_bytes = launch.shared_bytes;
  std::memset(shared_.states() + kDynamicOffset, kFresh, launch.shared_bytes);
  std::memset(shared_.bytes() + kDynamicOffset, 0xFF, launch.shared_bytes);
}

void Worker::prepare_lanes(const Launch& launch, unsigned threads) {
  random_ = mixed(mixed(launch.seed, launch.number), block_.number);
  ready_count_ = 0;
  failure_.reset();
  for (unsigned w = 0; w * 32 < threads; ++w) {
    warps_[w].count = std::min(32U, threads - w * 32);
    warps_[w].waiting = 0;
    warps_[w].wgmma = {};
  }
  issued_.clear();
  for (unsigned i = 0; i < threads; ++i) {
    Lane& lane = lanes_[i];
    lane.thread = {i % launch.block.x, i / launch.block.x % launch.block.y,
                   i / launch.block.x / launch.block.y};
    lane.open_group = 0;
    lane.copies.clear();
    fence_copies(lane);
    lane.log.clear();
    std::fill(std::begin(lane.known), std::end(lane.known), 1U);
    lane.latest_known = 1;
    set_time(lane, 1);
    lane.context = fiber::make_fcontext(reinterpret_cast<void*>(lane.stack + lane.stack_bytes),
                                        lane.stack_bytes, &FiberAccess::enter);
    wake(lane);
  }
}

std::optional<Error> Worker::run(const Launch& launch, unsigned number) {
  const unsigned threads = launch.block.x * launch.block.y * launch.block.z;
#ifdef VGGSTYLE_ADDRESS_SANITIZER
  find_scheduler_stack();
#endif
  prepare_block(launch, number);
  prepare_lanes(launch, threads);

  const Current before = current;
  current.worker = this;
  jump(nullptr, take_ready());
  current = before;

  if (!failure_ && block_.live == 0) {
    if (launch.checks == Checks::kCount) count_logged();
    return std::nullopt;
  }
#ifdef VGGSTYLE_ADDRESS_SANITIZER
  // Fibers that were given up have left their frames' red zones behind.
  __asan_unpoison_memory_region(stacks_.as<std::byte>(), threads * kStackBytes);
#endif
  if (!failure_) return Error(ErrorKind::kDeadlock, describe_stuck());
  return Error(failure_->kind, describe(*failure_));
}

void Worker::count(const void* place, std::uint8_t kind, const Access (&lanes)[32]) {
  PlaceCounts& c = counts_[{place, kind}];
  const bool global = kind >= 2;
  ++c.warp_accesses;
  c.transfers += global ? sectors(lanes) : bank_passes(lanes);
  c.least_transfers += global ? least_sectors(lanes) : least_bank_passes(lanes);
}

/// The k-th access of each lane at one place since the last barrier is one warp instruction.
void Worker::count_logged() {
  const HarnessScope scope;
  const unsigned threads = block_.launch->block.x * block_.launch->block.y * block_.launch->block.z;
  struct Instruction {
    Access lanes[32] = {};
  };
  for (unsigned w = 0; w * 32 < threads; ++w) {
    std::unordered_map<PlaceKey, std::vector<Instruction>, PlaceHash> instructions;
    for (unsigned l = 0; l < warps_[w].count; ++l) {
      Lane& lane = warps_[w].lanes[l];
      std::unordered_map<PlaceKey, std::size_t, PlaceHash> occurrences;
      for (const Lane::Logged& a : lane.log) {
        const PlaceKey key{a.place, a.kind};
        const std::size_t k = occurrences[key]++;
        std::vector<Instruction>& of_place = instructions[key];
        if (of_place.size() <= k) of_place.resize(k + 1);
        of_place[k].lanes[l] = a.access;
      }
      lane.log.clear();
    }
    for (const auto& [key, of_place] : instructions) {
      for (const Instruction& i : of_place) count(key.place, key.kind, i.lanes);
    }
  }
}

Lane& running_lane() {
  if (current.lane == nullptr) {
    throw InternalError("a function of device code was called outside of a kernel");
  }
  return *current.lane;
}

}  // namespace vggstyle::simt
