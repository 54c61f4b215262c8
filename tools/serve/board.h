#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tools/pictures/picture.h"
#include "tools/session/optimize.h"

namespace vggstyle {

/// What does not change while a run goes on.
struct RunFacts {
  std::string title;                                 ///< the file that is made
  PictureText text;                                  ///< what `explain --all` prints of the result
  Picture before;                                    ///< what the picture is compared with,
  std::string before_name;                           ///< and what that is: "content", "start"
  std::optional<Picture> alpha;                      ///< of both; empty: they are opaque
  std::vector<std::string> curves;                   ///< what CurvePoint::values are
  std::array<bool, kLossKinds.size()> can_change{};  ///< whether a weight can be anything else
  LossWeights weights{};                             ///< at the start
  int budget = 0;                                    ///< of evaluations
};

/// A fresh start of the optimiser on the way.
struct FreshStart {
  int evaluations;  ///< at its first step
  LossWeights weights;
};

enum class Phase { kStarting, kRunning, kPaused, kFinished };

/// The run after its latest step.
struct RunState {
  Phase phase = Phase::kStarting;
  int evaluations = 0, iterations = 0;
  double seconds = 0;  ///< without pauses
  double done = 0;     ///< the share of the work
  int width = 0, height = 0;
  LossWeights weights{};
  std::vector<FreshStart> fresh_starts;
  std::string message;  ///< how the run ended
};

struct CurvePoint {
  int evaluations = 0;
  std::vector<double> values;  ///< NaN where a term is not computed
};

/// A picture to look at; its texts say how it came about.
struct ShownPicture {
  Picture picture;
  PictureText text;
  int evaluations;
  int version;  ///< 1, 2, ...
};

/// What a run and those who watch it tell each other: all that their threads share, behind one mutex.
class Board {
 public:
  explicit Board(RunFacts facts) : facts_(std::move(facts)) { state_.weights = facts_.weights; }

  const RunFacts& facts() const { return facts_; }

  // For the run's thread.

  void publish(const RunState& state, CurvePoint point);
  /// The phase alone, and with it how the run ended.
  void publish(Phase phase, const std::string& message = "");
  /// Whether somebody waits for a picture newer than the one shown.
  bool wants_picture() const;
  void show(Picture picture, PictureText text, int evaluations);
  bool is_paused() const;  ///< as asked
  /// What was asked for since the last call.
  Next take_next();
  /// Until something is asked for, or a short time.
  void wait();
  /// Whether somebody has looked lately and has not seen the end yet.
  bool is_end_awaited() const;

  // For the threads of the server.

  struct View {
    RunState state;
    CurvePoint latest;
    std::vector<CurvePoint> points;  ///< from `since` on
    int every;                       ///< of so many steps, one has a point
    int version;                     ///< of the picture shown, 0 if none
    int picture_evaluations;
  };
  /// The points from that of index `since` on, if there is still one for each `every` steps; else all.
  View look(std::size_t since, int every, bool wants_picture);
  /// Null if none was shown yet.
  std::shared_ptr<const ShownPicture> picture();
  bool has_ended() const;
  /// Those that the run has, or will have after its next step.
  LossWeights weights() const;
  void ask_to_pause(bool pause);
  void ask_to_stop();
  void ask_to_start_afresh(const LossWeights& weights);

 private:
  using Clock = std::chrono::steady_clock;

  const RunFacts facts_;
  mutable std::mutex mutex_;
  std::condition_variable asked_;
  RunState state_;
  CurvePoint latest_;
  std::vector<CurvePoint> points_;
  int every_ = 1;
  int steps_ = 0;
  std::shared_ptr<const ShownPicture> picture_;
  bool wants_picture_ = false;
  bool pause_ = false;
  bool stop_ = false;
  std::optional<LossWeights> afresh_;
  std::optional<Clock::time_point> looked_;
  bool end_seen_ = false, last_picture_seen_ = false;
};

}  // namespace vggstyle
