#include "optim/lbfgs_history.h"

#include <array>
#include <cmath>

namespace vggstyle {

LbfgsHistory::LbfgsHistory(VectorOps& ops, float* vectors, int capacity, std::size_t n)
    : ops_(ops),
      vectors_(vectors),
      capacity_(capacity),
      n_(n),
      products_(static_cast<std::size_t>(4 * capacity * capacity)),
      q_products_(static_cast<std::size_t>(2 * capacity)) {}

void LbfgsHistory::measure(const float* q) {
  measured_ = live_;
  if (static_cast<int>(measured_.size()) == capacity_) measured_.erase(measured_.begin());
  measured_.push_back(next_);
  std::vector<const float*> rows;
  for (const int i : measured_) rows.push_back(s(i));
  for (const int i : measured_) rows.push_back(y(i));
  rows.push_back(q);
  const std::array<const float*, 3> columns = {next_s(), next_y(), q};
  asked_for_.resize(rows.size() * columns.size());
  ops_.dots(rows, columns, n_, asked_for_);
}

bool LbfgsHistory::push() {
  live_ = measured_;
  const int slot = next_;
  const std::size_t pairs = live_.size();
  for (std::size_t r = 0; r < 2 * pairs; ++r) {
    const int i = live_[r % pairs] + (r < pairs ? 0 : capacity_);  // s_i, then y_i
    product(i, slot) = product(slot, i) = asked_for_[3 * r];
    product(i, capacity_ + slot) = product(capacity_ + slot, i) = asked_for_[3 * r + 1];
    q_products_[static_cast<std::size_t>(i)] = asked_for_[3 * r + 2];
  }
  q_squared_ = asked_for_.back();

  const double ss = product(slot, slot), sy = product(slot, capacity_ + slot),
               yy = product(capacity_ + slot, capacity_ + slot);
  if (!(sy > 1e-8 * std::sqrt(ss) * std::sqrt(yy)) || !std::isfinite(yy)) {
    live_.pop_back();
    return false;
  }
  scale_ = sy / yy;
  next_ = (next_ + 1) % capacity_;
  return true;
}

void LbfgsHistory::start(const float* q) {
  ops_.dots({&q, 1}, {&q, 1}, n_, {&q_squared_, 1});
  ops_.read_back();
}

double LbfgsHistory::direction(const float* q, float* p) {
  std::vector<double> of(static_cast<std::size_t>(2 * capacity_), 0.0);  // coefficients of p
  double of_q = 1;
  const auto p_dot = [&](int a) {
    double sum = of_q * q_products_[static_cast<std::size_t>(a)];
    for (const int i : live_) {
      sum += of[static_cast<std::size_t>(i)] * product(i, a) +
             of[static_cast<std::size_t>(capacity_ + i)] * product(capacity_ + i, a);
    }
    return sum;
  };

  std::vector<double> alpha(static_cast<std::size_t>(capacity_));
  for (auto i = live_.rbegin(); i != live_.rend(); ++i) {
    const auto slot = static_cast<std::size_t>(*i);
    alpha[slot] = p_dot(*i) / product(*i, capacity_ + *i);
    of[slot + static_cast<std::size_t>(capacity_)] -= alpha[slot];
  }
  for (double& coefficient : of) coefficient *= scale_;
  of_q *= scale_;
  for (const int i : live_) {
    const auto slot = static_cast<std::size_t>(i);
    of[slot] += alpha[slot] - p_dot(capacity_ + i) / product(i, capacity_ + i);
  }

  std::vector<const float*> rows;
  std::vector<double> coefficients;
  double p_dot_q = of_q * q_squared_;
  for (const int i : live_) {
    for (const int a : {i, capacity_ + i}) {
      rows.push_back(s(a));
      coefficients.push_back(of[static_cast<std::size_t>(a)]);
      p_dot_q += coefficients.back() * q_products_[static_cast<std::size_t>(a)];
    }
  }
  rows.push_back(q);
  coefficients.push_back(of_q);
  ops_.combine(rows, coefficients, n_, p);
  return p_dot_q;
}

void LbfgsHistory::archive(StateArchive& state) {
  std::vector<double> live(live_.begin(), live_.end());
  state.numbers("history_live", live);
  live_.clear();
  for (const double slot : live) live_.push_back(static_cast<int>(slot));
  state.number("history_next", next_);
  state.numbers("history_products", products_);
  state.numbers("history_gradient_products", q_products_);
  state.number("history_gradient_squared", q_squared_);
  state.number("history_scale", scale_);
  for (const int i : live_) {
    state.vector("history_s" + std::to_string(i), s(i), n_);
    state.vector("history_y" + std::to_string(i), y(i), n_);
  }
}

}  // namespace vggstyle
