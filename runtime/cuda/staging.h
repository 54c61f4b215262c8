#pragma once

#include <array>
#include <cstddef>

namespace vggstyle::cuda {

/// The part of a stream that staging needs: copies between the GPU and pinned memory that run
/// behind the host's back, in the order of issue, and two marks to wait for.
class StagingStream {
 public:
  virtual ~StagingStream() = default;
  virtual void to_gpu(void* gpu, const void* pinned, std::size_t bytes) = 0;
  virtual void from_gpu(void* pinned, const void* gpu, std::size_t bytes) = 0;
  /// Sets mark `half` (0 or 1) after everything issued so far.
  virtual void mark(std::size_t half) = 0;
  /// Returns when the work before mark `half` is done; at once if it was never set.
  virtual void wait(std::size_t half) = 0;
};

/// Moves any memory of the host through two halves of pinned memory, so that one half is filled or
/// emptied while the other one is on its way. A GPU reads pinned memory at full speed and without
/// the host waiting; pinning all that is moved would cost more than it saves.
class Staging {
 public:
  /// `pinned` has 2 * `half_bytes`; both outlive this.
  Staging(StagingStream& stream, void* pinned, std::size_t half_bytes);

  /// Returns when `host` may be changed, which is before the GPU has it all.
  void upload(void* gpu, const void* host, std::size_t bytes);
  /// Returns when `host` has it all.
  void download(void* host, const void* gpu, std::size_t bytes);

 private:
  StagingStream& stream_;
  std::array<std::byte*, 2> halves_;
  std::size_t half_bytes_;
  std::size_t next_ = 0;  // the half to use next: the one that was used longest ago
};

}  // namespace vggstyle::cuda
