#pragma once

#include <memory>
#include <span>
#include <vector>

namespace vggstyle {

/// The processes that make one picture together, each with a part of its rows (net/tiles/bands.h). All of them
/// run the same program with the same arguments and call the same functions here in the same order: each
/// returns when all have called it as far as their values are needed. Sums are added in the order of ranks, so
/// that the same number of ranks gives the same bytes; every rank gets the same ones. A failure of the network
/// between them is an InternalError.
class Ranks {
 public:
  virtual ~Ranks() = default;

  /// From 0; rank 0 leads: it tells, decides and writes.
  virtual int rank() const = 0;
  virtual int size() const = 0;
  bool leads() const { return rank() == 0; }
  /// Of those on this machine.
  virtual int local_rank() const = 0;
  virtual int local_size() const = 0;

  /// Each value becomes the sum of all ranks' values in its place; as many on every rank.
  virtual void sum(std::span<double> values) = 0;
  /// The values of rank 0, then of rank 1 and so on; as many on every rank.
  virtual std::vector<double> gather(std::span<const double> values) = 0;
  /// The values become those of rank 0.
  virtual void broadcast(std::span<double> values) = 0;

  /// Values for another rank, or from it.
  struct Parcel {
    int rank;
    std::vector<float> values;
  };
  /// At most one parcel each way between two ranks. Those that come in have their sizes already.
  virtual void exchange(std::span<const Parcel> outgoing, std::span<Parcel> incoming) = 0;

  /// Ends all processes at once, with this exit code; this one no later than the others.
  [[noreturn]] virtual void abort(int code) = 0;
};

/// The ranks that `mpirun` or another launcher of MPI has started; null for a process that is alone. InputError
/// if there are several, and this build has no MPI.
std::unique_ptr<Ranks> join_ranks();

}  // namespace vggstyle
