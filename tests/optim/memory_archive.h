#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "optim/state_archive.h"

namespace vggstyle::test {

/// Keeps a state in memory; what it restores must have been saved.
class MemoryArchive final : public StateArchive {
 public:
  void vector(const std::string& name, float* x, std::size_t n) override {
    if (restores) {
      REQUIRE(vectors.at(name).size() == n);
      std::copy(vectors.at(name).begin(), vectors.at(name).end(), x);
    } else {
      REQUIRE(vectors.emplace(name, std::vector<float>(x, x + n)).second);
    }
  }
  void numbers(const std::string& name, std::vector<double>& values) override {
    if (restores) {
      values = lists.at(name);
    } else {
      REQUIRE(lists.emplace(name, values).second);
    }
  }

  bool restores = false;
  std::map<std::string, std::vector<float>> vectors;
  std::map<std::string, std::vector<double>> lists;
};

}  // namespace vggstyle::test
