#pragma once

#include <string>

#include "runtime/error.h"

namespace vggstyle::simt {

/// Which check found something.
enum class ErrorKind {
  kLaunch,            ///< grid, block or shared memory beyond the card's limits
  kOutOfBounds,       ///< device or shared memory outside of what was allocated
  kUseAfterFree,      ///< device memory that was freed
  kHostMemory,        ///< host memory, or another thread's local memory
  kReadOnly,          ///< a write to constants or to the kernel's parameters
  kUninitialized,     ///< a read of memory that nobody wrote
  kMisaligned,        ///< an address that is not a multiple of the access's size
  kSharedRace,        ///< two threads, one of them writing, without a barrier in between
  kGlobalRace,        ///< the same in device memory, also between blocks of one launch
  kAsyncPending,      ///< the destination of a cp.async before its wait
  kDeadlock,          ///< threads that wait for what cannot come
  kDivergentBarrier,  ///< one block at different barriers
  kWarpMismatch,      ///< one warp at different operations, or with different masks
  kBadMask,           ///< a mask without the calling lane, or an impossible width
  kSharedSize,        ///< more shared memory used than asked for or possible
  kUnsupported,       ///< an instruction that the chosen card does not have
};

/// A defect of device code, found while it ran: the message names kernel, block, thread, source
/// line and what happened.
class Error : public InternalError {
 public:
  Error(ErrorKind kind, const std::string& message) : InternalError(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace vggstyle::simt
