// What a run and its page tell each other.

#include "tools/serve/board.h"

#include <doctest/doctest.h>

namespace vggstyle::test {
namespace {

RunFacts small_facts() {
  RunFacts facts;
  facts.curves = {"total"};
  facts.weights = {1, 0.5, 0};
  return facts;
}

RunState at(int evaluations) {
  RunState state;
  state.phase = Phase::kRunning;
  state.evaluations = evaluations;
  state.weights = {1, 0.5, 0};
  return state;
}

void publish(Board& board, int evaluations) {
  board.publish(at(evaluations), {evaluations, {1.0 / evaluations}});
}

TEST_CASE("a page gets the points that it has not") {
  Board board(small_facts());
  for (int i = 1; i <= 5; ++i) publish(board, i);
  const Board::View all = board.look(0, 0, false);
  CHECK(all.state.evaluations == 5);
  CHECK(all.every == 1);
  REQUIRE(all.points.size() == 5);
  CHECK(all.points[2].evaluations == 3);
  CHECK(all.latest.values == std::vector{0.2});
  CHECK(board.look(3, 1, false).points.front().evaluations == 4);
  CHECK(board.look(99, 1, false).points.empty());
  CHECK(board.look(3, 2, false).points.size() == 5);  // the page has others
}

TEST_CASE("a long run keeps every second point, and so on, and the latest state") {
  Board board(small_facts());
  constexpr int kSteps = 20000;
  for (int i = 1; i <= kSteps; ++i) publish(board, i);
  const Board::View view = board.look(0, 0, false);
  CHECK(view.points.size() > 2000);
  CHECK(view.points.size() <= 4096);
  CHECK(view.every == 8);
  for (std::size_t i = 0; i < view.points.size(); ++i) {
    REQUIRE(view.points[i].evaluations == 1 + 8 * static_cast<int>(i));
  }
  CHECK(view.latest.evaluations == kSteps);
}

TEST_CASE("a picture is wanted when somebody asks and none of the step is there") {
  Board board(small_facts());
  publish(board, 1);
  CHECK_FALSE(board.wants_picture());
  CHECK(board.look(0, 0, false).version == 0);
  CHECK_FALSE(board.wants_picture());
  board.look(0, 0, true);
  CHECK(board.wants_picture());
  board.show(Picture::black(2, 1), {}, 1);
  CHECK_FALSE(board.wants_picture());
  const Board::View view = board.look(0, 0, true);
  CHECK(view.version == 1);
  CHECK(view.picture_evaluations == 1);
  CHECK_FALSE(board.wants_picture());  // it is the newest
  publish(board, 2);
  CHECK(board.wants_picture());
}

TEST_CASE("orders arrive once, and a stop stays and ends a pause") {
  Board board(small_facts());
  CHECK(board.take_next().then == Then::kGoOn);
  board.ask_to_start_afresh({2, 0, 0});
  board.ask_to_start_afresh({3, 0, 0});
  CHECK(board.weights() == LossWeights{3, 0, 0});
  const Next next = board.take_next();
  CHECK(next.then == Then::kStartAfresh);
  CHECK(next.weights == LossWeights{3, 0, 0});
  CHECK(board.take_next().then == Then::kGoOn);
  CHECK(board.weights() == LossWeights{1, 0.5, 0});
  board.ask_to_pause(true);
  CHECK(board.is_paused());
  board.ask_to_pause(false);
  CHECK_FALSE(board.is_paused());
  board.ask_to_pause(true);
  board.ask_to_stop();
  CHECK_FALSE(board.is_paused());
  CHECK(board.take_next().then == Then::kStop);
  CHECK(board.take_next().then == Then::kStop);
}

TEST_CASE("the end is awaited by a page that is open, until it has all") {
  Board board(small_facts());
  publish(board, 1);
  CHECK_FALSE(board.is_end_awaited());  // nobody has ever looked
  board.look(0, 0, true);
  board.show(Picture::black(2, 1), {}, 1);
  board.picture();
  board.publish(Phase::kFinished, "wrote it");
  CHECK(board.has_ended());
  CHECK(board.is_end_awaited());
  CHECK(board.look(0, 0, false).state.message == "wrote it");
  CHECK(board.is_end_awaited());
  board.picture();
  CHECK_FALSE(board.is_end_awaited());
}

}  // namespace
}  // namespace vggstyle::test
