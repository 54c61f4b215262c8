#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace vggstyle::toy {

/// Things 0..n-1 sorted into classes, numbered in the order of their first members.
class Partition {
 public:
  /// `class_of[i]` is the class of i; all numbers from 0 to the greatest occur, in that order.
  explicit Partition(std::vector<std::uint32_t> class_of);

  std::size_t size() const { return class_of_.size(); }
  std::size_t classes() const { return sizes_.size(); }
  std::uint32_t class_of(std::size_t thing) const { return class_of_[thing]; }
  /// Members of each class.
  const std::vector<std::uint32_t>& sizes() const { return sizes_; }
  /// The first of the largest classes, and its size.
  std::uint32_t largest() const;
  std::uint32_t largest_size() const { return sizes_[largest()]; }
  /// Classes of one member.
  std::size_t unique() const;
  /// The first `limit` members of a class.
  std::vector<std::uint32_t> members(std::uint32_t which, std::size_t limit) const;

  /// Whether each class lies within one of `coarser`, a partition of the same things.
  bool refines(const Partition& coarser) const;
  bool operator==(const Partition& other) const { return class_of_ == other.class_of_; }

 private:
  std::vector<std::uint32_t> class_of_, sizes_;
};

/// Numbers keys in the order in which they come.
template <typename Key, typename Hash = std::hash<Key>>
class ClassNumbers {
 public:
  std::uint32_t operator()(const Key& key) {
    return numbers_.try_emplace(key, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }

 private:
  std::unordered_map<Key, std::uint32_t, Hash> numbers_;
};

/// Classes of more than one member that lie within one class of `other`.
std::size_t shared_within(const Partition& classes, const Partition& other);
/// Classes of more than one member.
std::size_t shared(const Partition& classes);

/// Things are together where they are in both.
Partition common_refinement(const Partition& a, const Partition& b);

}  // namespace vggstyle::toy
