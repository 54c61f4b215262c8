#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

/// Memory that device code may reach, with a shadow that says of each byte whether it is allocated
/// and written, and of each word who touched it last.
namespace vggstyle::simt {

/// One byte of shadow a byte of memory.
enum State : std::uint8_t {
  kUnallocated = 0,
  kFresh = 1,    ///< allocated; nobody wrote it
  kPending = 2,  ///< the destination of a cp.async that was not waited for
  kWritten = 3,
};

/// Reserved address space that costs memory only where it is touched, and reads as zero.
class Reservation {
 public:
  explicit Reservation(std::size_t bytes);
  ~Reservation();
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  template <typename T>
  T* as() const {
    return static_cast<T*>(base_);
  }
  std::size_t bytes() const { return bytes_; }
  /// Gives the whole pages of [offset, offset + bytes) back: they read as zero again.
  void forget(std::size_t offset, std::size_t bytes);

 private:
  void* base_;
  std::size_t bytes_;
};

class Memory {
 public:
  /// `of_all_blocks`: blocks touch it at the same time, from several OS threads; otherwise one
  /// block after the other has it, and what an earlier one did does not matter.
  Memory(std::size_t span, bool of_all_blocks);

  std::uintptr_t base() const { return base_; }
  std::size_t span() const { return span_; }
  bool of_all_blocks() const { return of_all_blocks_; }
  bool contains(std::uintptr_t address) const { return address - base_ < span_; }
  std::uint8_t* bytes() const { return data_.as<std::uint8_t>(); }
  std::uint8_t* states() const { return state_.as<std::uint8_t>(); }
  /// The last writer (`write`) or reader of byte `plane` of word `word`; plane 0 stands for the
  /// whole word unless that cell says otherwise (races.h).
  std::uint64_t& cell(bool write, unsigned plane, std::size_t word) const {
    return cells_[plane].as<Cells>()[word][write ? 0 : 1];
  }
  /// Whether several OS threads touch it during the next launch, so that locks are needed.
  void set_concurrent(bool concurrent) { concurrent_ = concurrent; }
  /// Held while the cells of one access are looked at.
  class Lock {
   public:
    Lock(const Memory& memory, std::size_t offset);
    ~Lock();
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    std::atomic<bool>* flag_;
  };
  void forget_races();

 protected:
  void forget(std::size_t offset, std::size_t bytes);

 private:
  std::size_t span_;
  bool of_all_blocks_;
  Reservation data_, state_;
  /// Last writer and last reader of one word: looked at together, so they lie together.
  using Cells = std::uint64_t[2];
  std::array<Reservation, 4> cells_;
  std::uintptr_t base_;
  bool concurrent_ = false;
  mutable std::array<std::atomic<bool>, 1024> locks_{};
};

/// Device memory: allocations lie apart, and an address is never used twice.
class DeviceMemory : public Memory {
 public:
  explicit DeviceMemory(std::size_t capacity);

  std::size_t used() const { return used_; }
  /// Null if it does not fit. The bytes are poisoned with 0xFF: NaN in every format.
  void* allocate(std::size_t bytes);
  /// InternalError if `pointer` is not the start of a living allocation.
  void free(void* pointer);

  struct Allocation {
    std::size_t offset, bytes;
    bool alive;
  };
  /// The allocation, living or freed, that holds this address or lies next below it; or null.
  const Allocation* nearest(std::uintptr_t address) const;

  /// InternalError unless [p, p + bytes) lies within one living allocation; `what` is for the
  /// message.
  void require_alive(const void* p, std::size_t bytes, const std::string& what) const;
  /// The same, and that every byte was written (Error).
  void require_written(const void* p, std::size_t bytes, const std::string& what) const;
  void mark_written(void* p, std::size_t bytes);

 private:
  std::size_t capacity_, used_ = 0, next_ = 0;
  std::map<std::size_t, Allocation> allocations_;  // by offset; the freed ones too
};

}  // namespace vggstyle::simt
