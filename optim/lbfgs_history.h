#pragma once

#include <cstddef>
#include <vector>

#include "kernels/vector_ops.h"
#include "optim/preconditioner/preconditioner.h"
#include "optim/state_archive.h"

namespace vggstyle {

/// The pairs s = x' - x, y = g' - g of L-BFGS and the product of its inverse Hessian with a vector,
/// in the vector-free form of Chen, Wang and Zhou 2014 ("Large-scale L-BFGS using MapReduce"): all
/// scalar products among the pairs are kept on the host in float64, so the two-loop recursion
/// (Nocedal and Wright 2006, algorithm 7.4) runs on coefficients. One pass over the pairs brings
/// the new products, one more forms the direction.
class LbfgsHistory {
 public:
  /// `vectors` holds 2 * capacity device vectors of n floats, one after another.
  LbfgsHistory(VectorOps& ops, float* vectors, int capacity, std::size_t n);

  /// Where the next pair is to be written, in place of the oldest if all places are taken (which is
  /// as good as forgotten then: no direction may be asked for before the next push() or clear()).
  float* next_s() const { return s(next_); }
  float* next_y() const { return y(next_); }

  /// Asks for the products of the pair at next_s(), next_y() and of `q` with all pairs: they arrive
  /// with the ops' next read_back().
  void measure(const float* q);
  /// Takes in the pair measured last, and the products of its `q`, which have arrived. A pair with
  /// s.y <= 1e-8 |s| |y| (also NaN) is left out, and false returned.
  bool push();
  /// |q|^2 of a `q` that no pair leads to; waits.
  void start(const float* q);
  void clear() { live_.clear(); }
  bool empty() const { return live_.empty(); }

  /// |q|^2 of the q taken in last.
  double q_squared() const { return q_squared_; }
  /// s.y / y.y of the newest pair ever taken, or as direction() says; 0 before the first.
  double scale() const { return scale_; }

  /// p = H q for the q taken in last, which the caller passes again; returns p.q (float64, from the
  /// coefficients). The history must not be empty.
  double direction(const float* q, float* p);
  /// The same where H starts from a multiple of the preconditioner M; `work` is a vector of its own. Waits
  /// once, for products with M y and M q', which no others tell. scale() is s.y / (y.M y) then.
  double direction(const float* q, Preconditioner& m, float* work, float* p);

  /// Saves or restores everything but what measure() has asked for.
  void archive(StateArchive& state);

 private:
  float* s(int slot) const { return vectors_ + static_cast<std::size_t>(slot) * n_; }
  float* y(int slot) const { return vectors_ + static_cast<std::size_t>(slot + capacity_) * n_; }
  std::size_t place(int a, int b) const {
    return static_cast<std::size_t>(a) * static_cast<std::size_t>(2 * capacity_) +
           static_cast<std::size_t>(b);
  }
  double& product(int a, int b) { return products_[place(a, b)]; }
  double product(int a, int b) const { return products_[place(a, b)]; }

  /// q' = q - sum alpha_i y_i, the first half of the recursion: adds the coefficients of all y, returns
  /// alpha by slot.
  std::vector<double> first_loop(std::vector<double>& of) const;

  VectorOps& ops_;
  float* vectors_;
  int capacity_;
  std::size_t n_;
  int next_ = 0;
  std::vector<int> live_;           // slots in use, oldest first
  std::vector<int> measured_;       // those of the pairs in `asked_for_`, the new one last
  std::vector<double> asked_for_;   // (all s, all y, q) . (new s, new y, q)
  std::vector<double> products_;    // vector a . vector b; slot i is s_i, capacity + i is y_i
  std::vector<double> q_products_;  // vector a . q
  double q_squared_ = 0;
  double scale_ = 0;
};

}  // namespace vggstyle
