#include "runtime/cuda/staging.h"

#include <algorithm>
#include <cstring>

namespace vggstyle::cuda {

Staging::Staging(StagingStream& stream, void* pinned, std::size_t half_bytes)
    : stream_(stream),
      halves_{static_cast<std::byte*>(pinned), static_cast<std::byte*>(pinned) + half_bytes},
      half_bytes_(half_bytes) {}

void Staging::upload(void* gpu, const void* host, std::size_t bytes) {
  for (std::size_t done = 0; done < bytes; done += half_bytes_) {
    const std::size_t part = std::min(half_bytes_, bytes - done);
    stream_.wait(next_);  // what was in this half before has arrived
    std::memcpy(halves_[next_], static_cast<const std::byte*>(host) + done, part);
    stream_.to_gpu(static_cast<std::byte*>(gpu) + done, halves_[next_], part);
    stream_.mark(next_);
    next_ = 1 - next_;
  }
}

void Staging::download(void* host, const void* gpu, std::size_t bytes) {
  // One part ahead: part i + 1 is issued before part i is taken out. The stream's order keeps an
  // upload that still reads a half ahead of the part that goes there.
  const auto issue = [&](std::size_t start, std::size_t half) {
    if (start >= bytes) return;
    stream_.from_gpu(halves_[half], static_cast<const std::byte*>(gpu) + start,
                     std::min(half_bytes_, bytes - start));
    stream_.mark(half);
  };
  issue(0, next_);
  for (std::size_t done = 0; done < bytes; done += half_bytes_) {
    issue(done + half_bytes_, 1 - next_);
    stream_.wait(next_);
    std::memcpy(static_cast<std::byte*>(host) + done, halves_[next_],
                std::min(half_bytes_, bytes - done));
    next_ = 1 - next_;
  }
}

}  // namespace vggstyle::cuda
