#include <cstring>

#include "tests/simt/machine/block.h"

#define VGGSTYLE_PLACE __builtin_return_address(0)

/// cp.async: the bytes are taken when the copy is issued and land when its thread has waited for
/// its group. Until then the destination holds poison, and whoever touches it is told so. Below
/// capability 8.0, where kernels/cuda/device/ptx.h copies at once, too: that asks no less of a kernel.
namespace vggstyle::simt {
namespace {

[[noreturn]] void fail(ErrorKind kind, const char* what, const void* place, const void* address,
                       int bytes, bool write) {
  current.worker->fail({.kind = kind,
                        .what = what,
                        .lane = current.lane,
                        .place = place,
                        .address = reinterpret_cast<std::uintptr_t>(address),
                        .bytes = static_cast<unsigned>(bytes),
                        .write = write});
}

}  // namespace

void cp_async(int bytes, void* shared, const void* global, int valid) {
  Lane& lane = running_lane();
  const void* place = VGGSTYLE_PLACE;
  const Launch& launch = *lane.block->launch;
  Memory& memory = current.worker->shared();
  const auto to = reinterpret_cast<std::uintptr_t>(shared);
  const auto from = reinterpret_cast<std::uintptr_t>(global);
  const auto size = static_cast<unsigned>(bytes);
  if (valid < 0 || valid > bytes) {
    fail(ErrorKind::kOutOfBounds, "cp.async can read 0 to its size of bytes, not this many", place,
         global, valid, false);
  }
  if (to % size != 0) {
    fail(ErrorKind::kMisaligned, "the destination of cp.async is aligned to its size", place,
         shared, bytes, true);
  }
  if (from % size != 0) {
    fail(ErrorKind::kMisaligned, "the source of cp.async is aligned to its size", place, global,
         bytes, false);
  }
  if (!memory.contains(to)) {
    fail(ErrorKind::kOutOfBounds, "the destination of cp.async is not in shared memory", place,
         shared, bytes, true);
  }
  if (valid > 0 && !launch.memory->contains(from)) {
    fail(ErrorKind::kOutOfBounds, "the source of cp.async is not in device memory", place, global,
         valid, false);
  }
  check_in_memory(memory, lane, to, size, true, place);
  const auto read = static_cast<unsigned>(valid);
  if (read > 0) check_in_memory(*launch.memory, lane, from, read, false, place);

  const HarnessScope scope;
  AsyncCopy copy{};
  copy.offset = to - memory.base();
  copy.bytes = size;
  copy.group = lane.open_group;
  std::memcpy(copy.data, global, read);
  std::memset(memory.bytes() + copy.offset, 0xFF, size);
  std::memset(memory.states() + copy.offset, kPending, size);
  lane.copies.push_back(copy);
  if (launch.checks == Checks::kCount) {
    lane.log.push_back({place, {to, size}, 1});
    if (read > 0) lane.log.push_back({place, {from, read}, 2});
  }
}

void cp_async_commit() {
  ++running_lane().open_group;
}

void cp_async_wait(int pending) {
  Lane& lane = running_lane();
  const HarnessScope scope;
  Memory& memory = current.worker->shared();
  std::size_t kept = 0;
  for (AsyncCopy& copy : lane.copies) {
    // Groups lane.open_group - pending and later may still be under way.
    if (copy.group + static_cast<unsigned>(pending) >= lane.open_group) {
      lane.copies[kept++] = copy;
      continue;
    }
    std::memcpy(memory.bytes() + copy.offset, copy.data, copy.bytes);
    std::memset(memory.states() + copy.offset, kWritten, copy.bytes);
    current.worker->land_copy(lane, copy);
  }
  lane.copies.resize(kept);
}

}  // namespace vggstyle::simt
