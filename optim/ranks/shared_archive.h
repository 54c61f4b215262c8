#pragma once

#include "net/tiles/band_vectors.h"
#include "optim/state_archive.h"

namespace vggstyle {

/// Saves the state of an optimiser whose vectors ranks share as that of one that is alone: `whole`, of which only rank 0's is kept,
/// gets whole vectors. Every rank saves at the same time.
class SharedSaver final : public StateArchive {
 public:
  SharedSaver(const BandVectors& bands, StateArchive& whole) : bands_(bands), whole_(whole) {}

  void vector(const std::string& name, float* x, std::size_t n) override;
  void numbers(const std::string& name, std::vector<double>& values) override {
    whole_.numbers(name, values);
  }

 private:
  const BandVectors& bands_;
  StateArchive& whole_;
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
