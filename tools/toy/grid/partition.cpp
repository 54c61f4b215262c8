#include "tools/toy/grid/partition.h"

#include <algorithm>
#include <utility>

namespace vggstyle::toy {

Partition::Partition(std::vector<std::uint32_t> class_of) : class_of_(std::move(class_of)) {
  for (const std::uint32_t which : class_of_) {
    if (which == sizes_.size()) sizes_.push_back(0);
    ++sizes_[which];
  }
}

std::uint32_t Partition::largest() const {
  return static_cast<std::uint32_t>(std::max_element(sizes_.begin(), sizes_.end()) -
                                    sizes_.begin());
}

std::size_t Partition::unique() const {
  return static_cast<std::size_t>(std::count(sizes_.begin(), sizes_.end(), 1U));
}

std::vector<std::uint32_t> Partition::members(std::uint32_t which, std::size_t limit) const {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < class_of_.size() && found.size() < limit; ++i) {
    if (class_of_[i] == which) found.push_back(i);
  }
  return found;
}

bool Partition::refines(const Partition& coarser) const {
  return common_refinement(*this, coarser) == *this;
}

std::size_t shared_within(const Partition& classes, const Partition& other) {
  // The sizes of the pieces into which `other` cuts: a class lies within one if it stays whole.
  const Partition pieces = common_refinement(classes, other);
  std::vector<bool> whole(classes.classes(), false);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::uint32_t which = classes.class_of(i);
    whole[which] =
        classes.sizes()[which] > 1 && pieces.sizes()[pieces.class_of(i)] == classes.sizes()[which];
  }
  return static_cast<std::size_t>(std::count(whole.begin(), whole.end(), true));
}

std::size_t shared(const Partition& classes) {
  return classes.classes() - classes.unique();
}

Partition common_refinement(const Partition& a, const Partition& b) {
  ClassNumbers<std::uint64_t> number;
  std::vector<std::uint32_t> class_of(a.size());
  for (std::size_t i = 0; i < class_of.size(); ++i) {
    class_of[i] = number(std::uint64_t{a.class_of(i)} << 32U | b.class_of(i));
  }
  return Partition(std::move(class_of));
}

}  // namespace vggstyle::toy
