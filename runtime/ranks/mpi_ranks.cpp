// Ranks by MPI: every collective adds in the order of ranks, which MPI_Allreduce does not promise.

// Not the old C++ bindings, which need a library of their own.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>
#include <string>

#include "runtime/error.h"
#include "runtime/ranks/launcher.h"
#include "runtime/ranks/ranks.h"

namespace vggstyle {
namespace {

void check(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw InternalError(std::string("the ranks lost each other: ") + call + ": " + text);
}

/// A message's count is an int: longer parcels go in several, which arrive in their order.
constexpr std::size_t kMostElements = std::size_t{1} << 30;

class MpiRanks final : public Ranks {
 public:
  MpiRanks() {
    int provided = 0;
    check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
    check(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
    check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "MPI_Comm_rank");
    check(MPI_Comm_size(MPI_COMM_WORLD, &size_), "MPI_Comm_size");
    MPI_Comm here = MPI_COMM_NULL;
    check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here),
          "MPI_Comm_split_type");
    check(MPI_Comm_rank(here, &local_rank_), "MPI_Comm_rank");
    check(MPI_Comm_size(here, &local_size_), "MPI_Comm_size");
    check(MPI_Comm_free(&here), "MPI_Comm_free");
  }
  ~MpiRanks() override { MPI_Finalize(); }
  MpiRanks(const MpiRanks&) = delete;
  MpiRanks& operator=(const MpiRanks&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  int local_rank() const override { return local_rank_; }
  int local_size() const override { return local_size_; }

  /// Each rank adds one share of the values for all, so that none handles more than the others.
  void sum(std::span<double> values) override {
    const int count = static_cast<int>(values.size());
    const int share = (count + size_ - 1) / size_;
    std::vector<int> counts, starts, own_counts, own_starts;
    for (int r = 0; r < size_; ++r) {
      starts.push_back(std::min(r * share, count));
      counts.push_back(std::min(share, count - starts.back()));
    }
    const int own = counts[static_cast<std::size_t>(rank_)];
    for (int r = 0; r < size_; ++r) {
      own_counts.push_back(own);
      own_starts.push_back(r * own);
    }
    std::vector<double> received(static_cast<std::size_t>(own) * static_cast<std::size_t>(size_));
    check(MPI_Alltoallv(values.data(), counts.data(), starts.data(), MPI_DOUBLE, received.data(),
                        own_counts.data(), own_starts.data(), MPI_DOUBLE, MPI_COMM_WORLD),
          "MPI_Alltoallv");
    double* sums = values.data() + starts[static_cast<std::size_t>(rank_)];
    for (std::size_t i = 0; i < static_cast<std::size_t>(own); ++i) {
      double sum = 0;
      for (std::size_t at = i; at < received.size(); at += static_cast<std::size_t>(own)) {
        sum += received[at];
      }
      sums[i] = sum;
    }
    check(MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values.data(), counts.data(),
                         starts.data(), MPI_DOUBLE, MPI_COMM_WORLD),
          "MPI_Allgatherv");
  }

  std::vector<double> gather(std::span<const double> values) override {
    std::vector<double> all(values.size() * static_cast<std::size_t>(size_));
    const int count = static_cast<int>(values.size());
    check(MPI_Allgather(values.data(), count, MPI_DOUBLE, all.data(), count, MPI_DOUBLE,
                        MPI_COMM_WORLD),
          "MPI_Allgather");
    return all;
  }

  void broadcast(std::span<double> values) override {
    check(MPI_Bcast(values.data(), static_cast<int>(values.size()), MPI_DOUBLE, 0, MPI_COMM_WORLD),
          "MPI_Bcast");
  }

  void exchange(std::span<const Parcel> outgoing, std::span<Parcel> incoming) override {
    std::vector<MPI_Request> requests;
    for (Parcel& parcel : incoming) {
      for (std::size_t at = 0; at < parcel.values.size(); at += kMostElements) {
        const std::size_t count = std::min(kMostElements, parcel.values.size() - at);
        check(MPI_Irecv(parcel.values.data() + at, static_cast<int>(count), MPI_FLOAT, parcel.rank,
                        0, MPI_COMM_WORLD, &requests.emplace_back()),
              "MPI_Irecv");
      }
    }
    for (const Parcel& parcel : outgoing) {
      for (std::size_t at = 0; at < parcel.values.size(); at += kMostElements) {
        const std::size_t count = std::min(kMostElements, parcel.values.size() - at);
        check(MPI_Isend(parcel.values.data() + at, static_cast<int>(count), MPI_FLOAT, parcel.rank,
                        0, MPI_COMM_WORLD, &requests.emplace_back()),
              "MPI_Isend");
      }
    }
    check(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE),
          "MPI_Waitall");
  }

  [[noreturn]] void abort(int code) override {
    MPI_Abort(MPI_COMM_WORLD, code);
    std::abort();
  }

 private:
  int rank_ = 0, size_ = 1, local_rank_ = 0, local_size_ = 1;
};

}  // namespace

std::unique_ptr<Ranks> join_ranks() {
  if (launched_processes() <= 1) return nullptr;
  return std::make_unique<MpiRanks>();
}

}  // namespace vggstyle
