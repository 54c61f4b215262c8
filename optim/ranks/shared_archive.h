#pragma once

#include <exception>

#include "net/tiles/band_vectors.h"
#include "optim/state_archive.h"

namespace vggstyle {

/// Passes a state on until that fails, and then only lets it be listed to its end: among ranks the others send their
/// parts of it all the same. rethrow() is for the end.
class LateErrors final : public StateArchive {
 public:
  explicit LateErrors(StateArchive& target) : target_(target) {}

  void vector(const std::string& name, float* x, std::size_t n) override {
    attempt([&] { target_.vector(name, x, n); });
  }
  void numbers(const std::string& name, std::vector<double>& values) override {
    attempt([&] { target_.numbers(name, values); });
  }
  template <typename Act>
  void attempt(const Act& act) {
    if (first_) return;
    try {
      act();
    } catch (...) {
      first_ = std::current_exception();
    }
  }
  /// The first error, if there was one.
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  StateArchive& target_;
  std::exception_ptr first_;
};

/// Saves the state of an optimiser whose vectors ranks share as that of one that is alone: `whole`, of which only rank 0's is kept,
/// gets whole vectors. Every rank saves at the same time, to the end; what fails is thrown by rethrow().
class SharedSaver final : public StateArchive {
 public:
  SharedSaver(const BandVectors& bands, StateArchive& whole) : bands_(bands), whole_(whole) {}

  void rethrow() const { whole_.rethrow(); }

  void vector(const std::string& name, float* x, std::size_t n) override;
  void numbers(const std::string& name, std::vector<double>& values) override {
    whole_.numbers(name, values);
  }

 private:
  const BandVectors& bands_;
  LateErrors whole_;
};

/// Restores a rank's part of such a state, whatever the number of ranks that saved it; every rank has all of it.
class SharedRestorer final : public StateArchive {
 public:
  SharedRestorer(const BandVectors& bands, StateArchive& whole) : bands_(bands), whole_(whole) {}

  void vector(const std::string& name, float* x, std::size_t n) override;
  void numbers(const std::string& name, std::vector<double>& values) override {
    whole_.numbers(name, values);
  }

 private:
  const BandVectors& bands_;
  StateArchive& whole_;
};

/// Keeps nothing: what the other ranks save.
class NoArchive final : public StateArchive {
 public:
  void vector(const std::string&, float*, std::size_t) override {}
  void numbers(const std::string&, std::vector<double>&) override {}
};

}  // namespace vggstyle
