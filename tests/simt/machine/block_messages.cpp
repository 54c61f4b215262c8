// What a block says of a failure.

#include <sstream>
#include <string>
#include <vector>

#include "tests/simt/machine/block.h"
#include "tests/simt/machine/races.h"
#include "tests/simt/machine/source_place.h"

namespace vggstyle::simt {
namespace {

std::string thread_name(const uint3& t) {
  std::ostringstream text;
  text << '(' << t.x << ", " << t.y << ", " << t.z << ')';
  return text.str();
}

}  // namespace

std::string Worker::describe(const Failure& f) const {
  std::ostringstream text;
  text << "kernel " << block_.launch->name << ", block " << thread_name(block_.index);
  if (f.lane != nullptr) text << ", thread " << thread_name(f.lane->thread);
  if (f.place != nullptr) text << ", " << source_line(f.place);
  text << ": " << f.what;
  if (f.bytes > 0) {
    text << " (" << (f.write ? "write" : "read") << " of " << f.bytes << " bytes at ";
    if (shared_.contains(f.address)) {
      const std::size_t offset = f.address - shared_.base();
      const bool is_static = offset >= kStaticOffset - 4096;
      text << "byte "
           << static_cast<std::ptrdiff_t>(offset - (is_static ? kStaticOffset : kDynamicOffset))
           << " of " << (is_static ? "static" : "dynamic") << " shared memory, which has "
           << (is_static ? block_.static_bytes : block_.launch->shared_bytes) << ")";
    } else if (block_.launch->memory->contains(f.address)) {
      const auto* a = block_.launch->memory->nearest(f.address);
      if (a != nullptr) {
        text << "byte " << f.address - block_.launch->memory->base() - a->offset << " of "
             << (a->alive ? "an" : "a freed") << " allocation of " << a->bytes << " bytes)";
      } else {
        text << "device address 0x" << std::hex << f.address << std::dec << ")";
      }
    } else {
      text << "address 0x" << std::hex << f.address << std::dec << ")";
    }
  }
  if (f.other != 0) {
    const unsigned who = cell_who(f.other);
    if (cell_block(f.other) != block_.number || who == kSeveralBlocks) {
      text << "; the other is in block number " << cell_block(f.other);
      if (who == kSeveralBlocks) text << " and others";
    } else if (who == kSeveralThreads) {
      text << "; the others are several threads of the block";
    } else if (who >= kLanesOfWarp) {
      text << "; the others are lanes of warp " << who - kLanesOfWarp;
    } else {
      text << "; the other is thread " << thread_name(lanes_[who].thread);
    }
  }
  return text.str();
}

std::string Worker::describe_stuck() const {
  const unsigned threads = block_.launch->block.x * block_.launch->block.y * block_.launch->block.z;
  std::ostringstream text;
  text << "kernel " << block_.launch->name << ", block " << thread_name(block_.index)
       << ": its threads wait for each other for ever:";
  // One line for each place where threads wait.
  std::vector<bool> told(threads);
  for (unsigned i = 0; i < threads; ++i) {
    const Lane& lane = lanes_[i];
    if (told[i] || lane.wait == Wait::kGone) continue;
    unsigned count = 0;
    for (unsigned j = i; j < threads; ++j) {
      const Lane& other = lanes_[j];
      if (other.wait == lane.wait && other.place == lane.place && other.mask == lane.mask) {
        told[j] = true;
        ++count;
      }
    }
    text << ' ' << count << (count == 1 ? " thread (" : " threads (first ")
         << thread_name(lane.thread) << ") at "
         << (lane.wait == Wait::kBarrier ? "a block barrier" : "a warp operation");
    if (lane.wait == Wait::kWarp) text << " with mask 0x" << std::hex << lane.mask << std::dec;
    text << ", " << source_line(lane.place) << ';';
  }
  text << ' ' << threads - block_.live << " of " << threads << " threads are gone";
  return text.str();
}

}  // namespace vggstyle::simt
