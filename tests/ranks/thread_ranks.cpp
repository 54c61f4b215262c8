#include "tests/ranks/thread_ranks.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

namespace vggstyle::testing {
namespace {

/// Thrown where another rank has failed.
struct OtherFailed {};

/// What ranks put down for one another to read.
class Table {
 public:
  explicit Table(int size)
      : doubles(static_cast<std::size_t>(size)), parcels(doubles.size()), calls_(doubles.size()) {}

  /// Returns when all ranks are here, for the same call.
  void meet(int rank, const std::string& call) {
    std::unique_lock lock(mutex_);
    calls_[static_cast<std::size_t>(rank)] = call;
    const std::size_t turn = turn_;
    if (++here_ == calls_.size()) {
      here_ = 0;
      ++turn_;
      if (!std::ranges::all_of(calls_, [&](const auto& c) { return c == call; })) {
        failed_ = true;
        changed_.notify_all();
        throw std::logic_error("ranks call different functions, one of them " + call);
      }
      changed_.notify_all();
    }
    changed_.wait(lock, [&] { return turn_ != turn || failed_; });
    if (failed_) throw OtherFailed();
  }
  void fail() {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    changed_.notify_all();
  }

  std::vector<std::vector<double>> doubles;         ///< of each rank
  std::vector<std::vector<Ranks::Parcel>> parcels;  ///< that each rank sends

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> calls_;
  std::size_t here_ = 0, turn_ = 0;
  bool failed_ = false;
};

class ThreadRanks final : public Ranks {
 public:
  ThreadRanks(Table& table, int rank) : table_(table), rank_(rank) {}

  int rank() const override { return rank_; }
  int size() const override { return static_cast<int>(table_.doubles.size()); }
  int local_rank() const override { return rank_; }
  int local_size() const override { return size(); }

  void sum(std::span<double> values) override {
    const std::vector<double> all = share(values, "sum");
    std::ranges::fill(values, 0);
    for (std::size_t i = 0; i < all.size(); ++i) values[i % values.size()] += all[i];
  }
  std::vector<double> gather(std::span<const double> values) override {
    return share(values, "gather");
  }
  void broadcast(std::span<double> values) override {
    const std::vector<double> all = share(values, "broadcast");
    std::copy_n(all.begin(), values.size(), values.begin());
  }
  void exchange(std::span<const Parcel> outgoing, std::span<Parcel> incoming) override {
    table_.parcels[static_cast<std::size_t>(rank_)].assign(outgoing.begin(), outgoing.end());
    table_.meet(rank_, "exchange");
    for (Parcel& parcel : incoming) {
      for (const Parcel& sent : table_.parcels[static_cast<std::size_t>(parcel.rank)]) {
        if (sent.rank != rank_) continue;
        if (sent.values.size() != parcel.values.size()) {
          throw std::logic_error("a parcel has another size than its receiver expects");
        }
        parcel.values = sent.values;
      }
    }
    table_.meet(rank_, "end of exchange");
  }
  [[noreturn]] void abort(int) override { throw std::logic_error("a rank aborts"); }

 private:
  std::vector<double> share(std::span<const double> values, const std::string& what) {
    const std::string call = what + " of " + std::to_string(values.size());
    table_.doubles[static_cast<std::size_t>(rank_)].assign(values.begin(), values.end());
    table_.meet(rank_, call);
    std::vector<double> all;
    for (const auto& one : table_.doubles) all.insert(all.end(), one.begin(), one.end());
    table_.meet(rank_, "end of " + call);
    return all;
  }

  Table& table_;
  int rank_;
};

}  // namespace

void run_as_ranks(int size, const std::function<void(Ranks&)>& run) {
  Table table(size);
  std::exception_ptr first;
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < size; ++rank) {
      threads.emplace_back([&, rank] {
        try {
          ThreadRanks ranks(table, rank);
          run(ranks);
        } catch (const OtherFailed&) {
        } catch (...) {
          const std::lock_guard lock(mutex);
          if (!first) first = std::current_exception();
          table.fail();
        }
      });
    }
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace vggstyle::testing
