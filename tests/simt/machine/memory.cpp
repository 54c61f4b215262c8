#include "tests/simt/machine/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "tests/simt/machine/error.h"

namespace vggstyle::simt {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kDeviceSpan = std::size_t{64} << 30;
constexpr std::size_t kGap = 512;  // around an allocation, at least

}  // namespace

Reservation::Reservation(std::size_t bytes) : bytes_(bytes) {
  base_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base_ == MAP_FAILED) {
    throw InternalError(
        "the SIMT harness cannot reserve address space: raise `ulimit -v`, and "
        "allow overcommit (vm.overcommit_memory 0 or 1)");
  }
}

Reservation::~Reservation() {
  ::munmap(base_, bytes_);
}

void Reservation::forget(std::size_t offset, std::size_t bytes) {
  const std::size_t first = (offset + kPage - 1) / kPage * kPage;
  const std::size_t last = (offset + bytes) / kPage * kPage;
  if (first < last) ::madvise(as<std::byte>() + first, last - first, MADV_DONTNEED);
}

// Two cells of 8 bytes for each 4 of memory.
Memory::Memory(std::size_t span, bool of_all_blocks)
    : span_(span),
      of_all_blocks_(of_all_blocks),
      data_(span),
      state_(span),
      cells_{Reservation(4 * span), Reservation(4 * span), Reservation(4 * span),
             Reservation(4 * span)},
      base_(reinterpret_cast<std::uintptr_t>(data_.as<std::byte>())) {}

// No access is larger than 16 bytes and aligned, so that one lock a line of 64 bytes will do.
Memory::Lock::Lock(const Memory& memory, std::size_t offset)
    : flag_(memory.concurrent_ ? &memory.locks_[offset / 64 % 1024] : nullptr) {
  if (flag_ == nullptr) return;
  while (flag_->exchange(true, std::memory_order_acquire)) {
  }
}

Memory::Lock::~Lock() {
  if (flag_ != nullptr) flag_->store(false, std::memory_order_release);
}

void Memory::forget_races() {
  for (Reservation& r : cells_) r.forget(0, r.bytes());
}

void Memory::forget(std::size_t offset, std::size_t bytes) {
  data_.forget(offset, bytes);
  state_.forget(offset, bytes);
  for (Reservation& r : cells_) r.forget(4 * offset, 4 * bytes);
}

DeviceMemory::DeviceMemory(std::size_t capacity) : Memory(kDeviceSpan, true), capacity_(capacity) {}

void* DeviceMemory::allocate(std::size_t bytes) {
  if (bytes > capacity_ - used_) return nullptr;
  // Not more aligned than a GPU promises: 256 bytes past the start of a page.
  const std::size_t offset = (next_ + kGap + kPage - 1) / kPage * kPage + 256;
  if (offset + bytes + kGap > span()) {
    throw InternalError(
        "the SIMT harness ran out of addresses, of which it uses none twice: make "
        "a new simulated device");
  }
  next_ = offset + bytes;
  used_ += bytes;
  allocations_[offset] = {offset, bytes, true};
  std::memset(states() + offset, kFresh, bytes);
  std::memset(this->bytes() + offset, 0xFF, bytes);
  return this->bytes() + offset;
}

void DeviceMemory::free(void* pointer) {
  const auto found = allocations_.find(reinterpret_cast<std::uintptr_t>(pointer) - base());
  if (found == allocations_.end() || !found->second.alive) {
    throw InternalError("free of an address that is not a living allocation of the simulated GPU");
  }
  Allocation& a = found->second;
  a.alive = false;
  used_ -= a.bytes;
  std::memset(states() + a.offset, kUnallocated, a.bytes);
  forget(a.offset, a.bytes);
}

const DeviceMemory::Allocation* DeviceMemory::nearest(std::uintptr_t address) const {
  const auto after = allocations_.upper_bound(address - base());
  return after == allocations_.begin() ? nullptr : &std::prev(after)->second;
}

void DeviceMemory::require_alive(const void* p, std::size_t bytes, const std::string& what) const {
  if (bytes == 0) return;
  const auto address = reinterpret_cast<std::uintptr_t>(p);
  const std::size_t offset = address - base();
  const Allocation* a = contains(address) ? nearest(address) : nullptr;
  if (a != nullptr && a->alive && offset + bytes <= a->offset + a->bytes) return;
  const bool freed = a != nullptr && !a->alive && offset < a->offset + a->bytes;
  throw Error(freed ? ErrorKind::kUseAfterFree : ErrorKind::kOutOfBounds,
              what + " of " + std::to_string(bytes) +
                  " bytes does not lie within one living allocation of the simulated GPU");
}

void DeviceMemory::require_written(const void* p, std::size_t bytes,
                                   const std::string& what) const {
  require_alive(p, bytes, what);
  const std::uint8_t* first = states() + (reinterpret_cast<std::uintptr_t>(p) - base());
  const std::uint8_t* fresh =
      std::find_if(first, first + bytes, [](std::uint8_t s) { return s != kWritten; });
  if (fresh != first + bytes) {
    throw Error(ErrorKind::kUninitialized, what + " of " + std::to_string(bytes) +
                                               " bytes: nobody wrote byte " +
                                               std::to_string(fresh - first) + " of them");
  }
}

void DeviceMemory::mark_written(void* p, std::size_t bytes) {
  std::memset(states() + (reinterpret_cast<std::uintptr_t>(p) - base()), kWritten, bytes);
}

}  // namespace vggstyle::simt
