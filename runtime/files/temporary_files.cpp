#include "runtime/files/temporary_files.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <climits>
#include <cstring>

namespace vggstyle {
namespace {

// A signal handler may take no lock and no memory: hence slots, of a size known beforehand. More files
// at once than these, or longer paths, are only not removed by a signal.
struct Slot {
  std::atomic<bool> taken{false};
  std::atomic<bool> ready{false};  // `path` may be read
  char path[PATH_MAX];
};
constexpr std::size_t kSlots = 64;
std::array<Slot, kSlots> slots;
static_assert(std::atomic<bool>::is_always_lock_free);

std::size_t take_slot(const std::string& path) {
  if (path.size() >= PATH_MAX) return kSlots;
  for (std::size_t i = 0; i < kSlots; ++i) {
    if (slots[i].taken.exchange(true)) continue;
    std::memcpy(slots[i].path, path.c_str(), path.size() + 1);
    slots[i].ready = true;
    return i;
  }
  return kSlots;
}

}  // namespace

TemporaryFile::TemporaryFile(const std::string& path) : path_(path), slot_(take_slot(path)) {}

TemporaryFile::~TemporaryFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
  forget();
}

void TemporaryFile::forget() {
  path_.clear();
  if (slot_ == kSlots) return;
  slots[slot_].ready = false;
  slots[slot_].taken = false;
  slot_ = kSlots;
}

void remove_temporary_files() {
  for (Slot& slot : slots) {
    if (slot.ready) ::unlink(slot.path);
  }
}

}  // namespace vggstyle
