#include <link.h>

#include <algorithm>
#include <cstring>

#include "tests/simt/machine/block.h"
#include "tests/simt/machine/races.h"

/// The checks of one access, and the callbacks by which the compiler announces them: device code is
/// compiled with -fsanitize=thread, but what that calls is ours.
namespace vggstyle::simt {
namespace {

/// The running program's own constants and variables.
struct Image {
  std::uintptr_t first = 0, last = 0;
};

Image program_image() {
  Image image;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* result) {
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& header = info->dlpi_phdr[i];
          if (header.p_type != PT_LOAD) continue;
          const std::uintptr_t first = info->dlpi_addr + header.p_vaddr;
          auto& out = *static_cast<Image*>(result);
          if (out.last == 0 || first < out.first) out.first = first;
          out.last = std::max<std::uintptr_t>(out.last, first + header.p_memsz);
        }
        return 1;  // the first object is the program itself
      },
      &image);
  return image;
}

const Image image = program_image();

bool within(std::uintptr_t address, std::size_t bytes, const void* first, std::size_t length) {
  const auto start = reinterpret_cast<std::uintptr_t>(first);
  return address >= start && address + bytes <= start + length;
}

/// An access that is neither to shared nor to device memory nor to the thread's own stack.
void check_elsewhere(Lane& lane, std::uintptr_t address, unsigned bytes, bool write,
                     const void* place) {
  const Kernel& kernel = *lane.block->launch->kernel;
  const bool readable = within(address, bytes, kernel.arguments(), kernel.argument_bytes()) ||
                        (address >= image.first && address + bytes <= image.last);
  if (readable && !write) return;
  current.worker->fail({.kind = readable ? ErrorKind::kReadOnly : ErrorKind::kHostMemory,
                        .what = readable ? "constants and kernel arguments cannot be written"
                                         : "this address is host memory, or another thread's "
                                           "local memory",
                        .lane = &lane,
                        .place = place,
                        .address = address,
                        .bytes = bytes,
                        .write = write});
}

[[noreturn]] void fail_state(const Memory& memory, Lane& lane, std::size_t offset, unsigned bytes,
                             bool write, const void* place) {
  ErrorKind kind = ErrorKind::kUninitialized;
  const char* what = "nobody wrote this memory";
  for (unsigned i = 0; i < bytes; ++i) {
    const std::uint8_t state = memory.states()[offset + i];
    if (state == kUnallocated) {
      kind = ErrorKind::kOutOfBounds;
      what = "outside of what was allocated";
      const DeviceMemory& device = *lane.block->launch->memory;
      if (&memory == &device) {
        const auto* a = device.nearest(memory.base() + offset + i);
        if (a != nullptr && !a->alive && offset + i < a->offset + a->bytes) {
          kind = ErrorKind::kUseAfterFree;
          what = "this memory was freed";
        }
      }
      break;
    }
    if (state == kPending) {
      kind = ErrorKind::kAsyncPending;
      what = "a cp.async to this memory was not waited for";
      break;
    }
  }
  current.worker->fail({.kind = kind,
                        .what = what,
                        .lane = &lane,
                        .place = place,
                        .address = memory.base() + offset,
                        .bytes = bytes,
                        .write = write});
}

/// `Word` at a time, of which `bytes` is a multiple.
template <typename Word>
bool all_written(const std::uint8_t* states, unsigned bytes) {
  constexpr auto kAllWritten = static_cast<Word>(0x0101010101010101 * kWritten);
  Word difference = 0;
  for (unsigned i = 0; i < bytes; i += sizeof(Word)) {
    Word word;
    std::memcpy(&word, states + i, sizeof word);
    difference |= static_cast<Word>(word ^ kAllWritten);
  }
  return difference == 0;
}

void check_states(Memory& memory, Lane& lane, std::size_t offset, unsigned bytes, bool write,
                  const void* place) {
  std::uint8_t* states = memory.states() + offset;
  if (bytes % 8 == 0   ? all_written<std::uint64_t>(states, bytes)
      : bytes % 4 == 0 ? all_written<std::uint32_t>(states, bytes)
      : bytes % 2 == 0 ? all_written<std::uint16_t>(states, bytes)
                       : all_written<std::uint8_t>(states, bytes)) {
    return;
  }
  for (unsigned i = 0; i < bytes; ++i) {
    const bool fine = states[i] == kWritten || (write && states[i] == kFresh);
    if (!fine) fail_state(memory, lane, offset, bytes, write, place);
  }
  for (unsigned i = 0; i < bytes; ++i) states[i] = kWritten;
}

void check_races(Memory& memory, Lane& lane, std::size_t offset, unsigned bytes, bool write,
                 bool atomic, const void* place) {
  std::uint64_t race = 0;
  {
    const Memory::Lock lock(memory, offset);
    const std::size_t end = offset + bytes;
    for (std::size_t word = offset / 4; word * 4 < end && race == 0; ++word) {
      const std::size_t first = std::max(offset, word * 4), last = std::min(end, word * 4 + 4);
      const unsigned mask = ((1U << (last - word * 4)) - 1) & ~((1U << (first - word * 4)) - 1);
      if (!write && is_read_again(memory, lane, word, mask)) continue;
      race = record_access(memory, lane, word, mask, write, atomic);
    }
  }
  if (race == 0) return;
  const bool shared = &memory != lane.block->launch->memory;
  current.worker->fail(
      {.kind = shared ? ErrorKind::kSharedRace : ErrorKind::kGlobalRace,
       .what = shared ? "two threads touch the same shared memory without a barrier in between"
                      : "two threads of one launch touch the same device memory unordered",
       .lane = &lane,
       .place = place,
       .address = memory.base() + offset,
       .bytes = bytes,
       .write = write,
       .other = race});
}

void log_access(Lane& lane, bool global, std::uintptr_t address, unsigned bytes, bool write,
                const void* place) {
  const HarnessScope scope;
  lane.log.push_back(
      {place, {address, bytes}, static_cast<std::uint8_t>((global ? 2 : 0) + (write ? 1 : 0))});
}

void check(std::uintptr_t address, unsigned bytes, bool write, bool atomic, const void* place) {
  Lane& lane = *current.lane;
  Memory& shared = current.worker->shared();
  DeviceMemory& device = *lane.block->launch->memory;
  const bool global = device.contains(address);
  if (!global && !shared.contains(address)) {
    check_elsewhere(lane, address, bytes, write, place);
    return;
  }
  Memory& memory = global ? static_cast<Memory&>(device) : shared;
  const std::size_t offset = address - memory.base();
  check_states(memory, lane, offset, bytes, write, place);
  const Checks checks = lane.block->launch->checks;
  if (checks >= Checks::kFull) check_races(memory, lane, offset, bytes, write, atomic, place);
  if (checks == Checks::kCount) log_access(lane, global, address, bytes, write, place);
}

[[noreturn]] void fail_misaligned(std::uintptr_t address, unsigned bytes, bool write,
                                  const void* place) {
  current.worker->fail({.kind = ErrorKind::kMisaligned,
                        .what = "the address is not a multiple of the access's size",
                        .lane = current.lane,
                        .place = place,
                        .address = address,
                        .bytes = bytes,
                        .write = write});
}

}  // namespace

template <unsigned Bytes, bool Write>
void check_access(std::uintptr_t address, const void* place) {
  if (address - current.stack < current.stack_bytes) return;
  if (address % Bytes != 0) fail_misaligned(address, Bytes, Write, place);
  check(address, Bytes, Write, false, place);
}
template void check_access<8, false>(std::uintptr_t, const void*);
template void check_access<8, true>(std::uintptr_t, const void*);
template void check_access<16, false>(std::uintptr_t, const void*);
template void check_access<16, true>(std::uintptr_t, const void*);

void check_range(std::uintptr_t address, std::size_t bytes, bool write, const void* place) {
  if (address - current.stack < current.stack_bytes) return;
  // By 16 bytes of address: what one lock of the shadow covers.
  while (bytes > 0) {
    const auto part = static_cast<unsigned>(std::min<std::size_t>(bytes, 16 - address % 16));
    check(address, part, write, false, place);
    address += part;
    bytes -= part;
  }
}

void check_atomic(std::uintptr_t address, unsigned bytes, const void* place) {
  if (address % bytes != 0) fail_misaligned(address, bytes, true, place);
  Memory& device = *current.lane->block->launch->memory;
  Memory& shared = current.worker->shared();
  if (!device.contains(address) && !shared.contains(address)) {
    check_elsewhere(*current.lane, address, bytes, true, place);
    return;
  }
  // It reads too: what nobody wrote is an error, which a plain write would not be.
  Memory& memory = device.contains(address) ? device : shared;
  check_states(memory, *current.lane, address - memory.base(), bytes, false, place);
  check(address, bytes, true, true, place);
}

void check_in_memory(Memory& memory, Lane& lane, std::uintptr_t address, unsigned bytes, bool write,
                     const void* place) {
  const std::size_t offset = address - memory.base();
  check_states(memory, lane, offset, bytes, write, place);
  if (lane.block->launch->checks >= Checks::kFull) {
    check_races(memory, lane, offset, bytes, write, false, place);
  }
}

namespace {

inline std::uintptr_t number(const void* p) {
  return reinterpret_cast<std::uintptr_t>(p);
}

}  // namespace
}  // namespace vggstyle::simt

// The interface of -fsanitize=thread (LLVM's compiler-rt, tsan_interface.h; GCC's is the same).

using vggstyle::simt::check_access;
using vggstyle::simt::check_range;
using vggstyle::simt::number;

#define VGGSTYLE_PLACE __builtin_return_address(0)
#define VGGSTYLE_ACCESS(bytes)                             \
  void __tsan_read##bytes(void* p) {                       \
    check_access<bytes, false>(number(p), VGGSTYLE_PLACE); \
  }                                                        \
  void __tsan_write##bytes(void* p) {                      \
    check_access<bytes, true>(number(p), VGGSTYLE_PLACE);  \
  }
#define VGGSTYLE_UNALIGNED_ACCESS(bytes)                  \
  void __tsan_unaligned_read##bytes(void* p) {            \
    check_range(number(p), bytes, false, VGGSTYLE_PLACE); \
  }                                                       \
  void __tsan_unaligned_write##bytes(void* p) {           \
    check_range(number(p), bytes, true, VGGSTYLE_PLACE);  \
  }

// Host code in the same files may use atomics (shared_ptr); device code has CUDA's instead.
#define VGGSTYLE_FETCH(type, bits, operation)                                   \
  type __tsan_atomic##bits##_fetch_##operation(volatile type* p, type v, int) { \
    return __atomic_fetch_##operation(p, v, __ATOMIC_SEQ_CST);                  \
  }
#define VGGSTYLE_ATOMICS(type, bits)                                                               \
  type __tsan_atomic##bits##_load(const volatile type* p, int) {                                   \
    return __atomic_load_n(p, __ATOMIC_SEQ_CST);                                                   \
  }                                                                                                \
  void __tsan_atomic##bits##_store(volatile type* p, type v, int) {                                \
    __atomic_store_n(p, v, __ATOMIC_SEQ_CST);                                                      \
  }                                                                                                \
  type __tsan_atomic##bits##_exchange(volatile type* p, type v, int) {                             \
    return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);                                            \
  }                                                                                                \
  VGGSTYLE_FETCH(type, bits, add)                                                                  \
  VGGSTYLE_FETCH(type, bits, sub)                                                                  \
  VGGSTYLE_FETCH(type, bits, and)                                                                  \
  VGGSTYLE_FETCH(type, bits, or)                                                                   \
  VGGSTYLE_FETCH(type, bits, xor)                                                                  \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile type* p, type* expected, type v, int, \
                                                    int) {                                         \
    return __atomic_compare_exchange_n(p, expected, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
  }                                                                                                \
  int __tsan_atomic##bits##_compare_exchange_weak(volatile type* p, type* expected, type v, int,   \
                                                  int) {                                           \
    return __atomic_compare_exchange_n(p, expected, v, true, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);  \
  }

extern "C" {
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_read(void**) {}
void __tsan_vptr_update(void**, void*) {}
VGGSTYLE_ACCESS(1)
VGGSTYLE_ACCESS(2)
VGGSTYLE_ACCESS(4)
VGGSTYLE_ACCESS(8)
VGGSTYLE_ACCESS(16)
VGGSTYLE_UNALIGNED_ACCESS(2)
VGGSTYLE_UNALIGNED_ACCESS(4)
VGGSTYLE_UNALIGNED_ACCESS(8)
VGGSTYLE_UNALIGNED_ACCESS(16)
void __tsan_read_range(void* p, std::size_t bytes) {
  check_range(number(p), bytes, false, VGGSTYLE_PLACE);
}
void __tsan_write_range(void* p, std::size_t bytes) {
  check_range(number(p), bytes, true, VGGSTYLE_PLACE);
}
void* __tsan_memcpy(void* to, const void* from, std::size_t bytes) {
  check_range(number(from), bytes, false, VGGSTYLE_PLACE);
  check_range(number(to), bytes, true, VGGSTYLE_PLACE);
  return std::memcpy(to, from, bytes);
}
void* __tsan_memmove(void* to, const void* from, std::size_t bytes) {
  check_range(number(from), bytes, false, VGGSTYLE_PLACE);
  check_range(number(to), bytes, true, VGGSTYLE_PLACE);
  return std::memmove(to, from, bytes);
}
void* __tsan_memset(void* to, int value, std::size_t bytes) {
  check_range(number(to), bytes, true, VGGSTYLE_PLACE);
  return std::memset(to, value, bytes);
}
VGGSTYLE_ATOMICS(std::uint8_t, 8)
VGGSTYLE_ATOMICS(std::uint16_t, 16)
VGGSTYLE_ATOMICS(std::uint32_t, 32)
VGGSTYLE_ATOMICS(std::uint64_t, 64)
void __tsan_atomic_thread_fence(int) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
void __tsan_atomic_signal_fence(int) {}
}
