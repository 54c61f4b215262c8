// Optical flow, what is made of it, and the link between frames: on motion that is known.

#include "tools/video/flow/flow.h"

#include <doctest/doctest.h>

#include <cmath>

#include "runtime/error.h"
#include "tests/video/moving_pictures.h"
#include "tools/video/flow/occlusion.h"
#include "tools/video/flow/warp.h"
#include "tools/video/frame_link.h"

namespace vggstyle::test {
namespace {

constexpr int kWidth = 64, kHeight = 48;

std::size_t index(int x, int y) {
  return static_cast<std::size_t>(y * kWidth + x);
}

#ifdef VGGSTYLE_OPENCV

TEST_CASE("optical flow finds a known motion, the same each time") {
  for (const auto& step : {std::pair(3, 0), std::pair(-2, 1), std::pair(0, -3)}) {
    const auto dx = static_cast<double>(step.first), dy = static_cast<double>(step.second);
    // What is at (x, y) now is at (x + dx, y + dy) in the other picture.
    const Picture now = wall(kWidth, kHeight, dx, dy), other = wall(kWidth, kHeight, 0, 0);
    const Flow flow = optical_flow(now, other);
    for (int y = 8; y < kHeight - 8; ++y) {
      for (int x = 8; x < kWidth - 8; ++x) {
        REQUIRE(std::abs(static_cast<double>(flow.dx[index(x, y)]) - dx) < 0.1);
        REQUIRE(std::abs(static_cast<double>(flow.dy[index(x, y)]) - dy) < 0.1);
      }
    }
    const Flow again = optical_flow(now, other);
    CHECK(flow.dx == again.dx);
    CHECK(flow.dy == again.dy);
  }
  const Picture small = wall(64, kLeastFlowSide - 1, 0, 0);
  CHECK_THROWS_AS(optical_flow(small, small), InputError);
  const Picture least = wall(kLeastFlowSide, kLeastFlowSide, 0, 0);
  CHECK(optical_flow(least, least).dx.size() == least.pixels());
}

TEST_CASE("what comes into view beside a square that stands still is disoccluded") {
  const FrameLink link(frame_with_square(kWidth, kHeight, 0),
                       frame_with_square(kWidth, kHeight, 1));
  // The wall goes to the left: on the right of the square it comes into view, and at the right of the picture.
  ProblemSpec problem;
  problem.start = Picture::black(kWidth, kHeight);
  Picture last = Picture::black(kWidth, kHeight);
  std::fill(last.rgb.begin(), last.rgb.end(), 200.0F);
  REQUIRE(link.hold(problem, last));
  const float* counts = problem.temporal->weights.plane(0);
  const int middle = kSquare.top + kSquare.side / 2;
  CHECK(counts[index(kWidth - 1, middle)] == 0);
  CHECK(problem.start.plane(1)[index(kWidth - 1, middle)] == 0);  // of its own
  CHECK(counts[index(kSquare.left + kSquare.side / 2, middle)] == 255);
  CHECK(counts[index(kSquare.left + kSquare.side + 12, middle)] == 255);
  CHECK(problem.start.plane(1)[index(kSquare.left + kSquare.side + 12, middle)] == 200);
  int hidden = 0;
  for (int x = kSquare.left + kSquare.side - 1; x < kSquare.left + kSquare.side + kStep + 1; ++x) {
    hidden += counts[index(x, middle)] == 0 ? 1 : 0;
  }
  CHECK(hidden >= 2);
  CHECK(link.flicker(last, last).value() == 0);
  Picture brighter = last;
  for (float& value : brighter.rgb) value += 7;
  CHECK(link.flicker(last, brighter).value() == doctest::Approx(7));
}

TEST_CASE("a frame after a cut stays on its own") {
  Picture noise = Picture::black(kWidth, kHeight);
  unsigned state = 1;
  for (float& value : noise.rgb) {
    state = state * 1664525 + 1013904223;
    value = static_cast<float>(state >> 24);
  }
  const FrameLink cut(wall(kWidth, kHeight, 0, 0), noise);
  ProblemSpec problem;
  problem.start = noise;
  CHECK_FALSE(cut.hold(problem, noise));
  CHECK_FALSE(problem.temporal.has_value());
  CHECK(problem.start.rgb == noise.rgb);
}

TEST_CASE("the target of a grey run is grey") {
  const Picture frame = wall(kWidth, kHeight, 0, 0);
  const FrameLink link(frame, frame);
  ProblemSpec problem;
  problem.start = frame;
  problem.color = ColorMode::kLuminance;
  REQUIRE(link.hold(problem, frame));
  const Picture& target = problem.temporal->picture;
  CHECK(target.plane(0)[index(30, 20)] == target.plane(2)[index(30, 20)]);
}

#else

TEST_CASE("without OpenCV a sentence says what is missing") {
  CHECK_THROWS_AS(require_optical_flow(), InputError);
}

#endif

TEST_CASE("a picture moved by whole pixels is copied, beyond its border the nearest are") {
  const Picture picture = wall(kWidth, kHeight, 0, 0);
  const Picture moved = warp(picture, uniform_flow(kWidth, kHeight, 3, -2));
  for (int c = 0; c < 3; ++c) {
    CHECK(moved.plane(c)[index(10, 10)] == picture.plane(c)[index(13, 8)]);
    CHECK(moved.plane(c)[index(kWidth - 1, 0)] == picture.plane(c)[index(kWidth - 1, 0)]);
    CHECK(moved.plane(c)[index(kWidth - 2, 1)] == picture.plane(c)[index(kWidth - 1, 0)]);
  }
  const Picture between = warp(picture, uniform_flow(kWidth, kHeight, 0.25F, 0.5F));
  const float* plane = picture.plane(0);
  const double upper = 0.75 * static_cast<double>(plane[index(20, 20)]) +
                       0.25 * static_cast<double>(plane[index(21, 20)]);
  const double lower = 0.75 * static_cast<double>(plane[index(20, 21)]) +
                       0.25 * static_cast<double>(plane[index(21, 21)]);
  CHECK(static_cast<double>(between.plane(0)[index(20, 20)]) ==
        doctest::Approx((upper + lower) / 2).epsilon(1e-6));
  CHECK_THROWS_AS(warp(picture, uniform_flow(kWidth, kHeight - 1, 0, 0)), InternalError);
}

/// Which pixels of row 20 are white.
std::vector<int> white(const Picture& mask) {
  std::vector<int> columns;
  for (int x = 0; x < kWidth; ++x) {
    if (mask.plane(0)[index(x, 20)] > 0) columns.push_back(x);
  }
  return columns;
}

std::vector<int> from_to(int first, int last) {
  std::vector<int> columns;
  for (int x = first; x <= last; ++x) columns.push_back(x);
  return columns;
}

TEST_CASE("disocclusions and edges of motion, by the equations") {
  // All moves to the right by 5: what comes in at the left was not there.
  Flow forward = uniform_flow(kWidth, kHeight, 5, 0), back = uniform_flow(kWidth, kHeight, -5, 0);
  Seen seen = seen_before(forward, back);
  CHECK(white(seen.there) == from_to(5, kWidth - 1));
  CHECK(white(seen.counts) == from_to(5, kWidth - 1));
  // Forward and back do not agree: by 0.9 pixels, |w~ + w'|^2 = 0.81 is below 0.5 + 0.01 (25 + 16.81), by 1.1 it is not.
  CHECK(white(seen_before(forward, uniform_flow(kWidth, kHeight, -4.1F, 0)).there).size() > 55);
  CHECK(white(seen_before(forward, uniform_flow(kWidth, kHeight, -3.9F, 0)).there).empty());
  // The left half stands still, the right one moves up by 2: an edge of motion on both sides of the seam.
  forward = back = uniform_flow(kWidth, kHeight, 0, 0);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 32; x < kWidth; ++x) {
      forward.dy[index(x, y)] = -2;
      back.dy[index(x, y)] = 2;
    }
  }
  seen = seen_before(forward, back);
  CHECK(white(seen.there) == from_to(0, kWidth - 1));
  std::vector<int> expected = from_to(0, 30);
  for (const int x : from_to(33, kWidth - 1)) expected.push_back(x);
  CHECK(white(seen.counts) == expected);
  // Its gradient is 1/2 of a step: squared 0.0009 is no edge where nothing moves, 0.0025 is.
  back = forward = uniform_flow(kWidth, kHeight, 0, 0);
  for (const float step : {0.06F, 0.1F}) {
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 32; x < kWidth; ++x) back.dx[index(x, y)] = step;
    }
    CHECK((white(seen_before(forward, back).counts).size() < 63) == (step > 0.08F));
  }
}

}  // namespace
}  // namespace vggstyle::test
