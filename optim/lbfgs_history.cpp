#include "optim/lbfgs_history.h"

#include <array>
#include <cmath>
#include <utility>

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

std::vector<double> LbfgsHistory::first_loop(std::vector<double>& of) const {
  std::vector<double> alpha(static_cast<std::size_t>(capacity_));
  for (auto i = live_.rbegin(); i != live_.rend(); ++i) {
    double s_dot_q = q_products_[static_cast<std::size_t>(*i)];
    for (const int j : live_) {
      s_dot_q += of[static_cast<std::size_t>(capacity_ + j)] * product(capacity_ + j, *i);
    }
    const auto slot = static_cast<std::size_t>(*i);
    alpha[slot] = s_dot_q / product(*i, capacity_ + *i);
    of[slot + static_cast<std::size_t>(capacity_)] -= alpha[slot];
  }
  return alpha;
}

double LbfgsHistory::direction(const float* q, float* p) {
  std::vector<double> of(static_cast<std::size_t>(2 * capacity_), 0.0);  // coefficients of p
  const std::vector<double> alpha = first_loop(of);
  for (double& coefficient : of) coefficient *= scale_;
  const double of_q = scale_;
  for (const int i : live_) {
    double y_dot_p = of_q * q_products_[static_cast<std::size_t>(capacity_ + i)];
    for (const int j : live_) {
      y_dot_p +=
          of[static_cast<std::size_t>(j)] * product(j, capacity_ + i) +
          of[static_cast<std::size_t>(capacity_ + j)] * product(capacity_ + j, capacity_ + i);
    }
    const auto slot = static_cast<std::size_t>(i);
    of[slot] += alpha[slot] - y_dot_p / product(i, capacity_ + i);
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

double LbfgsHistory::direction(const float* q, Preconditioner& m, float* work, float* p) {
  std::vector<double> of(static_cast<std::size_t>(2 * capacity_), 0.0);
  const std::vector<double> alpha = first_loop(of);

  double y_m_y = 0;
  const int newest = live_.back();
  const float* y_newest = y(newest);
  m.apply(y_newest, work);
  ops_.dots({&y_newest, 1}, {&std::as_const(work), 1}, n_, {&y_m_y, 1});

  std::vector<const float*> rows = {q};
  std::vector<double> coefficients = {1};
  for (const int i : live_) {
    rows.push_back(y(i));
    coefficients.push_back(of[static_cast<std::size_t>(capacity_ + i)]);
  }
  ops_.combine(rows, coefficients, n_, p);  // q'
  m.apply(p, work);
  std::vector<double> with_m_q(rows.size());  // q . M q', y_i . M q'
  ops_.dots(rows, {&std::as_const(work), 1}, n_, with_m_q);
  ops_.read_back();

  scale_ = product(newest, capacity_ + newest) / y_m_y;
  double p_dot_q = scale_ * with_m_q[0];
  std::vector<double> of_s(static_cast<std::size_t>(capacity_), 0.0);
  rows = {work};
  coefficients = {scale_};
  for (std::size_t r = 0; r < live_.size(); ++r) {
    const int i = live_[r];
    double y_dot_p = scale_ * with_m_q[r + 1];
    for (const int j : live_)
      y_dot_p += of_s[static_cast<std::size_t>(j)] * product(j, capacity_ + i);
    const auto slot = static_cast<std::size_t>(i);
    of_s[slot] = alpha[slot] - y_dot_p / product(i, capacity_ + i);
    rows.push_back(s(i));
    coefficients.push_back(of_s[slot]);
    p_dot_q += of_s[slot] * q_products_[slot];
  }
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
