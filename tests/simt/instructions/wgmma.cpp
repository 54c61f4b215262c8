#include <bit>
#include <cstring>
#include <limits>

#include "tests/simt/instructions/float_formats.h"
#include "tests/simt/instructions/warp_operations.h"

#define VGGSTYLE_PLACE __builtin_return_address(0)

/// wgmma: each warp of a warpgroup computes its 16 of the 64 rows, so that a product is an
/// operation of a warp. It is executed when its group is waited for, the latest moment that the
/// hardware may take: operands that were overwritten by then are caught as a race, or as wrong
/// numbers. Until then the sums hold NaN, and whoever changes them is told so when they are next
/// used.
namespace vggstyle::simt {
namespace {

constexpr unsigned kWholeWarp = 0xFFFFFFFF;
constexpr int kRows = 16;        // of a warp
constexpr int kBlockBytes = 16;  // of K, of a row of a block of 8 rows
constexpr float kPoison = std::numeric_limits<float>::quiet_NaN();

/// What a descriptor says, in bytes.
struct Operand {
  std::size_t start, k_stride, row_stride;

  explicit Operand(std::uint64_t descriptor)
      : start((descriptor & 0x3FFF) * 16),
        k_stride((descriptor >> 16 & 0x3FFF) * 16),
        row_stride((descriptor >> 32 & 0x3FFF) * 16) {}
  std::size_t offset(int row, int k_block) const {
    return start + static_cast<std::size_t>(row / 8) * row_stride +
           static_cast<std::size_t>(row % 8 * kBlockBytes) +
           static_cast<std::size_t>(k_block) * k_stride;
  }
};

[[noreturn]] void fail(ErrorKind kind, const char* what, const Lane& lane) {
  current.worker->fail({.kind = kind, .what = what, .lane = &lane, .place = lane.place});
}

/// Row `row` of an operand, 32 bytes of K, as float32; checked as read by the lane.
void read_row(WgmmaKind kind, const Operand& operand, int row, Lane& lane, float (&values)[16]) {
  Worker& worker = *current.worker;
  Memory& shared = worker.shared();
  for (int k_block = 0; k_block < 2; ++k_block) {
    const std::size_t offset = kDynamicOffset + operand.offset(row, k_block);
    check_in_memory(shared, lane, shared.base() + offset, kBlockBytes, false, lane.place);
    for (int i = 0; i < kBlockBytes; ++i) {
      if (worker.is_unfenced(offset + static_cast<std::size_t>(i))) {
        worker.fail({.kind = ErrorKind::kAsyncPending,
                     .what = "no fence.proxy.async has made this memory visible to wgmma",
                     .lane = &lane,
                     .place = lane.place,
                     .address = shared.base() + offset,
                     .bytes = kBlockBytes});
      }
    }
    const HarnessScope scope;
    const std::uint8_t* bytes = shared.bytes() + offset;
    if (kind == WgmmaKind::kTf32) {
      for (std::size_t i = 0; i < 4; ++i) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, bytes + 4 * i, sizeof bits);
        values[4 * static_cast<std::size_t>(k_block) + i] = tf32_value(bits);
      }
    } else {
      for (std::size_t i = 0; i < 8; ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, bytes + 2 * i, sizeof bits);
        values[8 * static_cast<std::size_t>(k_block) + i] =
            kind == WgmmaKind::kF16 ? half_value(bits) : bfloat_value(bits);
      }
    }
  }
}

/// The warp's 16 rows of A and all of B. On the fiber's stack: a failure leaves the fiber as it is,
/// without destructors.
struct Values {
  float a[kRows][16];
  float b[256][16];
};

void read_operands(const WgmmaProduct& product, Warp& warp, Values& values) {
  const int first_row = static_cast<int>(warp.lanes->index) / 32 % 4 * kRows;
  const Operand a(product.a), b(product.b);
  for (int row = 0; row < kRows; ++row) {
    read_row(product.kind, a, first_row + row, warp.lanes[row], values.a[row]);
  }
  for (int row = 0; row < product.n; ++row) {
    read_row(product.kind, b, row, warp.lanes[row % 32], values.b[row]);
  }
}

WgmmaSums& sums_of(Warp& warp, const WgmmaProduct& product) {
  for (WgmmaSums& sums : warp.wgmma.sums) {
    if (sums.registers[0] == product.registers) return sums;
  }
  fail(ErrorKind::kUnsupported, "the harness lost the sums of a wgmma", *warp.lanes);
}

void execute(const WgmmaProduct& product, Warp& warp) {
  Values values;
  read_operands(product, warp, values);
  const HarnessScope scope;
  const int k = product.kind == WgmmaKind::kTf32 ? 8 : 16;
  WgmmaSums& sums = sums_of(warp, product);
  for (int lane = 0; lane < 32; ++lane) {
    for (int i = 0; i < product.n / 2; ++i) {
      const int row = lane / 4 + i / 2 % 2 * 8, column = i / 4 * 8 + lane % 4 * 2 + i % 2;
      float& sum = sums.values[static_cast<std::size_t>(lane * product.n / 2 + i)];
      for (int j = 0; j < k; ++j) sum += values.a[row][j] * values.b[column][j];
    }
  }
  --sums.under_way;
}

bool untouched(const WgmmaSums& sums) {
  for (const float* registers : sums.registers) {
    for (int i = 0; i < sums.count; ++i) {
      if (std::bit_cast<std::uint32_t>(registers[i]) != std::bit_cast<std::uint32_t>(kPoison)) {
        return false;
      }
    }
  }
  return true;
}

void check_untouched(const WgmmaSums& sums, const Lane& lane) {
  const bool fine = [&] {
    const HarnessScope scope;
    return untouched(sums);
  }();
  if (!fine) {
    fail(ErrorKind::kAsyncPending, "sums of a wgmma that was not waited for were changed", lane);
  }
}

/// Keeps the sums that the lanes give, and poisons their registers.
void take_sums(Warp& warp, const WgmmaProduct& product) {
  WgmmaState& state = warp.wgmma;
  for (WgmmaSums& sums : state.sums) {
    if (sums.registers[0] != product.registers) continue;
    check_untouched(sums, *warp.lanes);
    ++sums.under_way;
    return;
  }
  if (!state.fenced) {
    fail(ErrorKind::kAsyncPending, "no wgmma.fence since the sums were last changed", *warp.lanes);
  }
  const HarnessScope scope;
  WgmmaSums sums;
  sums.count = product.n / 2;
  sums.under_way = 1;
  for (unsigned l = 0; l < 32; ++l) {
    float* registers = warp.lanes[l].wgmma_registers;
    sums.registers[l] = registers;
    sums.values.insert(sums.values.end(), registers, registers + sums.count);
    std::fill(registers, registers + sums.count, kPoison);
  }
  state.sums.push_back(std::move(sums));
}

/// All warps of a warpgroup issue the same products.
void check_alike(Warp& warp, const WgmmaProduct& product) {
  std::vector<WgmmaProduct>& issued =
      current.worker->issued_by_warpgroup(warp.lanes->index / kWarpgroupThreads);
  const std::size_t number = warp.wgmma.issued++;
  if (number == issued.size()) {
    issued.push_back(product);
  } else if (issued[number].kind != product.kind || issued[number].n != product.n ||
             issued[number].a != product.a || issued[number].b != product.b) {
    fail(ErrorKind::kWarpMismatch, "the warps of a warpgroup issue different wgmma", *warp.lanes);
  }
}

void issue(Warp& warp, WgmmaKind kind, int n) {
  const Lane& first = *warp.lanes;
  for (unsigned l = 1; l < 32; ++l) {
    if (warp.lanes[l].wgmma_a != first.wgmma_a || warp.lanes[l].wgmma_b != first.wgmma_b) {
      fail(ErrorKind::kWarpMismatch, "the lanes of a wgmma give different descriptors",
           warp.lanes[l]);
    }
  }
  const WgmmaProduct product{
      kind, n, first.wgmma_a, first.wgmma_b, first.wgmma_registers, warp.wgmma.open_group};
  {
    // That operands are there already; they are read when it is waited for.
    Values values;
    read_operands(product, warp, values);
  }
  check_alike(warp, product);
  take_sums(warp, product);
  const HarnessScope scope;
  warp.wgmma.products.push_back(product);
}

void wait(Warp& warp, unsigned pending) {
  WgmmaState& state = warp.wgmma;
  const auto due = [&](const WgmmaProduct& product) {
    return product.group + pending < state.open_group;
  };
  for (const WgmmaProduct& product : state.products) {
    if (due(product)) execute(product, warp);
  }
  std::erase_if(state.products, due);
  for (const WgmmaSums& sums : state.sums) check_untouched(sums, *warp.lanes);
  const HarnessScope scope;
  std::erase_if(state.sums, [&](const WgmmaSums& sums) {
    if (sums.under_way > 0) return false;
    for (std::size_t l = 0; l < 32; ++l) {
      std::copy_n(sums.values.begin() + static_cast<std::ptrdiff_t>(l) * sums.count, sums.count,
                  sums.registers[l]);
    }
    state.fenced = false;
    return true;
  });
}

Lane& warpgroup_lane(const void* place) {
  Lane& lane = running_lane();
  lane.place = place;
  if (!lane.block->launch->limits->wgmma) {
    fail(ErrorKind::kUnsupported, "this instruction needs a card of capability 9.0", lane);
  }
  return lane;
}

}  // namespace

void check_descriptor(const void* shared, int k_stride, int row_stride) {
  Lane& lane = warpgroup_lane(VGGSTYLE_PLACE);
  const std::uint32_t address = shared_address(shared);
  constexpr int kMost = 0x3FFF * 16;
  if (address % 16 != 0 || k_stride % 16 != 0 || row_stride % 16 != 0 || k_stride < 0 ||
      row_stride < 0 || k_stride > kMost || row_stride > kMost) {
    fail(ErrorKind::kMisaligned, "a descriptor holds multiples of 16 bytes, 14 bits of each", lane);
  }
}

void wgmma_fence() {
  Lane& lane = warpgroup_lane(VGGSTYLE_PLACE);
  meet(lane, WarpOperation::kWgmmaFence, 0, kWholeWarp, true, VGGSTYLE_PLACE,
       [](Warp& warp) { warp.wgmma.fenced = true; });
}

void wgmma(WgmmaKind kind, int n, float* d, std::uint64_t a, std::uint64_t b) {
  Lane& lane = warpgroup_lane(VGGSTYLE_PLACE);
  lane.wgmma_registers = d;
  lane.wgmma_a = a;
  lane.wgmma_b = b;
  meet(lane, WarpOperation::kWgmma, static_cast<unsigned>(kind), kWholeWarp, true, VGGSTYLE_PLACE,
       [kind, n](Warp& warp) { issue(warp, kind, n); });
}

void wgmma_commit() {
  Lane& lane = warpgroup_lane(VGGSTYLE_PLACE);
  meet(lane, WarpOperation::kWgmmaCommit, 0, kWholeWarp, true, VGGSTYLE_PLACE,
       [](Warp& warp) { ++warp.wgmma.open_group; });
}

void wgmma_wait(int pending) {
  Lane& lane = warpgroup_lane(VGGSTYLE_PLACE);
  meet(lane, WarpOperation::kWgmmaWait, static_cast<unsigned>(pending), kWholeWarp, true,
       VGGSTYLE_PLACE, [pending](Warp& warp) { wait(warp, static_cast<unsigned>(pending)); });
}

void fence_proxy_async() {
  Lane& lane = warpgroup_lane(VGGSTYLE_PLACE);
  const HarnessScope scope;
  current.worker->fence_copies(lane);
}

}  // namespace vggstyle::simt
