#include "tools/serve/board.h"

#include <algorithm>
#include <utility>

namespace vggstyle {
namespace {

/// More than a screen has columns; beyond that every second point goes.
constexpr std::size_t kMostPoints = 4096;
/// A page that is open looks more often than that.
constexpr std::chrono::seconds kLately{3};
/// How soon Ctrl-C is noticed in a pause.
constexpr std::chrono::milliseconds kShortTime{50};

}  // namespace

void Board::publish(const RunState& state, CurvePoint point) {
  const std::lock_guard lock(mutex_);
  state_ = state;
  if (steps_++ % every_ == 0) points_.push_back(point);
  latest_ = std::move(point);
  if (points_.size() <= kMostPoints) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points_.size(); i += 2) points_[kept++] = std::move(points_[i]);
  points_.resize(kept);
  every_ *= 2;
}

void Board::publish(Phase phase, const std::string& message) {
  const std::lock_guard lock(mutex_);
  state_.phase = phase;
  state_.message = message;
}

bool Board::wants_picture() const {
  const std::lock_guard lock(mutex_);
  return wants_picture_ && (!picture_ || picture_->evaluations != state_.evaluations);
}

void Board::show(Picture picture, PictureText text, int evaluations) {
  const std::lock_guard lock(mutex_);
  picture_ = std::make_shared<ShownPicture>(ShownPicture{
      std::move(picture), std::move(text), evaluations, picture_ ? picture_->version + 1 : 1});
  wants_picture_ = false;
}

bool Board::is_paused() const {
  const std::lock_guard lock(mutex_);
  return pause_ && !stop_;
}

Next Board::take_next() {
  const std::lock_guard lock(mutex_);
  if (stop_) return {Then::kStop};
  if (!afresh_) return {};
  return {Then::kStartAfresh, *std::exchange(afresh_, std::nullopt)};
}

void Board::wait() {
  std::unique_lock lock(mutex_);
  asked_.wait_for(lock, kShortTime);
}

bool Board::is_end_awaited() const {
  const std::lock_guard lock(mutex_);
  return looked_ && Clock::now() - *looked_ < kLately && !(end_seen_ && last_picture_seen_);
}

Board::View Board::look(std::size_t since, int every, bool wants_picture) {
  const std::lock_guard lock(mutex_);
  looked_ = Clock::now();
  wants_picture_ = wants_picture_ || wants_picture;
  end_seen_ = end_seen_ || state_.phase == Phase::kFinished;
  asked_.notify_all();
  View view{state_, latest_, {}, every_, 0, 0};
  const std::size_t first = every == every_ ? std::min(since, points_.size()) : 0;
  view.points.assign(points_.begin() + static_cast<std::ptrdiff_t>(first), points_.end());
  if (picture_) {
    view.version = picture_->version;
    view.picture_evaluations = picture_->evaluations;
  }
  return view;
}

std::shared_ptr<const ShownPicture> Board::picture() {
  const std::lock_guard lock(mutex_);
  last_picture_seen_ = last_picture_seen_ || state_.phase == Phase::kFinished;
  return picture_;
}

bool Board::has_ended() const {
  const std::lock_guard lock(mutex_);
  return state_.phase == Phase::kFinished;
}

LossWeights Board::weights() const {
  const std::lock_guard lock(mutex_);
  return afresh_.value_or(state_.weights);
}

void Board::ask_to_pause(bool pause) {
  const std::lock_guard lock(mutex_);
  pause_ = pause;
  asked_.notify_all();
}

void Board::ask_to_stop() {
  const std::lock_guard lock(mutex_);
  stop_ = true;
  asked_.notify_all();
}

void Board::ask_to_start_afresh(const LossWeights& weights) {
  const std::lock_guard lock(mutex_);
  afresh_ = weights;
  asked_.notify_all();
}

}  // namespace vggstyle
