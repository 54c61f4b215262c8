#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace vggstyle {

struct Result;

/// Where an optimiser's state goes, or comes from: all that decides how it goes on. One function of each
/// optimiser lists its state for both ways. With the objective, the options and the device of the run
/// that saved it, a restored one goes on with the same bytes as if it had never stopped; the budget of
/// evaluations may be another.
class StateArchive {
 public:
  virtual ~StateArchive() = default;

  /// A device vector of n floats: saved from there, or restored to there.
  virtual void vector(const std::string& name, float* x, std::size_t n) = 0;
  /// Numbers, exactly, NaN and infinities too; restored, as many as were saved.
  virtual void numbers(const std::string& name, std::vector<double>& values) = 0;

  /// One number, of any type that float64 holds exactly.
  template <typename T>
  void number(const std::string& name, T& value) {
    std::vector<double> values = {static_cast<double>(value)};
    numbers(name, values);
    value = static_cast<T>(values.at(0));
  }
};

/// Counts, value and gradient of a result, under names that begin with `prefix`; not its reason.
void archive(StateArchive& state, const std::string& prefix, Result& result);

}  // namespace vggstyle
