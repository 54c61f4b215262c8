#include "tools/serve/served_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "runtime/standard_streams.h"
#include "tools/session/files/result_file.h"

namespace vggstyle {
namespace {

constexpr std::chrono::seconds kLongestEnd{3};

/// Total variation can come in at any time: it looks at the pixels, and adds next to nothing to the work.
std::array<bool, kLossKinds.size()> changeable(const LossSpec& loss) {
  std::array<bool, kLossKinds.size()> can_change{};
  for (const LossKind kind : kPictureKinds) {
    can_change[static_cast<std::size_t>(kind)] = loss[kind].weight > 0 || !has_layers(kind);
  }
  return can_change;
}

/// All terms that there can be.
std::vector<LossTerm> possible_terms(LossSpec loss) {
  const auto can_change = changeable(loss);
  for (const LossKind kind : kPictureKinds) {
    loss[kind].weight = can_change[static_cast<std::size_t>(kind)] ? 1 : 0;
  }
  return terms_of(loss);
}

CurvePoint point_of(const Step& step, const std::vector<LossTerm>& terms) {
  CurvePoint point{step.progress.evaluations, {step.values.total}};
  for (const LossKind kind : kPictureKinds) point.values.push_back(step.values.sum(kind));
  for (const LossTerm& term : terms) {
    if (!has_layers(term.kind)) continue;
    const auto same = std::ranges::find_if(step.values.terms, [&](const TermValue& value) {
      return value.kind == term.kind && value.layer == term.layer && value.region == term.region;
    });
    point.values.push_back(
        same == step.values.terms.end() ? std::numeric_limits<double>::quiet_NaN() : same->value);
  }
  return point;
}

std::vector<std::string> curve_names(const ProblemSpec& problem, Model model,
                                     const std::vector<LossTerm>& terms) {
  std::vector<std::string> names = {"total"};
  for (const LossKind kind : kPictureKinds) names.emplace_back(name_of(kind));
  for (const LossTerm& term : terms) {
    if (!has_layers(term.kind)) continue;
    names.push_back(fmt::format("{} {}", name_of(term.kind),
                                place_of(problem, model, term.layer, term.region)));
  }
  return names;
}

}  // namespace

ServedRun::ServedRun(const std::string& address)
    : address_(parse_serve_address(address)), server_(address_) {}

void ServedRun::open(const ProblemSpec& problem, Model model, const std::string& title,
                     PictureText text) {
  terms_ = possible_terms(problem.loss);
  text_ = std::move(text);
  RunFacts facts;
  facts.title = title;
  facts.text = text_;
  facts.before = problem.content.value_or(problem.start);
  facts.alpha = problem.alpha;
  facts.before_name = problem.content ? "content" : "start";
  facts.curves = curve_names(problem, model, terms_);
  facts.can_change = changeable(problem.loss);
  facts.weights = weights_of(problem.loss);
  facts.budget = problem.minimizer.most_evaluations();
  board_.emplace(std::move(facts));
  server_.start(*board_);
  warn_of_others(address_);
  tell("the page of this run: " + server_.url());
}

void ServedRun::publish(const Step& step, double seconds, const MakePicture& make) {
  if (step.afresh) state_.fresh_starts.push_back({step.progress.evaluations, step.weights});
  state_.weights = step.weights;
  state_.phase = Phase::kRunning;
  state_.evaluations = step.progress.evaluations;
  state_.iterations = step.progress.iterations;
  state_.seconds = seconds;
  state_.done = step.done;
  state_.width = step.width;
  state_.height = step.height;
  board_->publish(state_, point_of(step, terms_));
  show(make);
}

void ServedRun::show(const MakePicture& make) {
  if (!board_->wants_picture()) return;
  board_->show(make(), text_so_far(), state_.evaluations);
}

PictureText ServedRun::text_so_far() const {
  PictureText text = text_;
  if (!steered().empty()) text.emplace_back(kSteered, steered());
  return text;
}

bool ServedRun::is_paused() const {
  return board_->is_paused();
}

void ServedRun::wait(const MakePicture& make, const std::function<bool()>& is_interrupted) {
  board_->publish(Phase::kPaused);
  while (board_->is_paused() && !is_interrupted()) {
    show(make);
    board_->wait();
  }
  board_->publish(Phase::kRunning);
}

Next ServedRun::next() {
  return board_->take_next();
}

std::string ServedRun::steered() const {
  std::string text;
  for (const FreshStart& start : state_.fresh_starts) {
    text += fmt::format("{}afresh at evaluation {} with the weights {}", text.empty() ? "" : "; ",
                        start.evaluations, text_of(start.weights));
  }
  return text;
}

void ServedRun::end(const Picture& picture, const std::string& message) {
  board_->show(picture, text_so_far(), state_.evaluations);
  board_->publish(Phase::kFinished, message);
  const auto last = std::chrono::steady_clock::now() + kLongestEnd;
  while (board_->is_end_awaited() && std::chrono::steady_clock::now() < last) {
    board_->wait();
  }
}

}  // namespace vggstyle
