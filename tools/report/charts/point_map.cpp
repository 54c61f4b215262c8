#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/report/charts/axis.h"
#include "tools/report/charts/chart.h"
#include "tools/report/charts/label_placement.h"
#include "tools/report/charts/svg_text.h"
#include "tools/report/charts/text_lines.h"
#include "tools/report/markup.h"

namespace vggstyle {
namespace {

// Units as in line_chart.cpp.
constexpr double kWidth = 440, kMargin = 2, kRightMargin = 8, kBottomMargin = 7, kLeft = 54;
constexpr EstimatedFont kText{13, false}, kSmall{12, false}, kBold{14, true};
constexpr double kLine = 17;

/// From the least to the greatest of some numbers; of none, 0.
struct Span {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;

  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double size() const { return low <= high ? high - low : 0; }
  double middle() const { return low <= high ? low + (high - low) / 2 : 0; }
};

class MapDrawing {
 public:
  explicit MapDrawing(const PointMap& map) : map_(map) {
    for (const PointMap::Point& point : map.points) {
      const bool placed = can_show(point.x, false) && can_show(point.y, false);
      (placed ? points_ : missing_).push_back(point);
    }
  }

  std::string draw() {
    draw_lines(kBold, map_.title);
    lay_out();
    draw_grid();
    draw_points();
    for (const PointMap::Point& point : missing_) {
      draw_lines(kText, "not on the map: " + point.name);
    }
    return svg_chart(kWidth, y_ + kBottomMargin, map_.title, body_);
  }

 private:
  double x_of(double x) const {
    return (frame_.left + frame_.right) / 2 + (x - middle_x_) * scale_;
  }
  double y_of(double y) const {
    return (frame_.top + frame_.bottom) / 2 - (y - middle_y_) * scale_;
  }

  void draw_lines(const EstimatedFont& font, std::string_view text) {
    constexpr std::size_t kMostLines = 3;
    for (const std::string& part : lines_of(text, kWidth - 2 * kMargin, kMostLines, font)) {
      y_ += kLine;
      body_ += svg({.x = kMargin, .y = y_, .text = part, .font = font});
    }
  }

  /// The scale that shows all points with room for their names, and a frame as wide as there is
  /// room and as high as it takes.
  void lay_out() {
    constexpr double kLeastHeight = 160, kMostHeight = 400, kSquares = 6, kRoom = 1.3;
    Span x, y;
    for (const PointMap::Point& point : points_) {
      x.add(point.x);
      y.add(point.y);
    }
    middle_x_ = x.middle();
    middle_y_ = y.middle();
    double width = x.size(), height = y.size();
    const double farthest = std::max(std::abs(middle_x_), std::abs(middle_y_));
    if (!(std::max(width, height) > 1e-9 * farthest)) {  // all in one place, or none
      width = height = farthest > 0 ? farthest : 1;
    }
    step_ = round_step(std::max(width, height) / kSquares);
    frame_ = {kLeft, y_ + 12, kWidth - kRightMargin, 0};
    scale_ = std::min((frame_.right - frame_.left) / width, kMostHeight / height) / kRoom;
    frame_.bottom = frame_.top + std::max(kLeastHeight, height * scale_ * kRoom);
    y_ = frame_.bottom + kLine;
  }

  /// Calls action(mark) for each multiple of step_ that is at most `reach` from `middle`.
  template <typename Action>
  void for_marks(double middle, double reach, Action action) const {
    const double last = std::floor((middle + reach) / step_);
    for (double i = std::ceil((middle - reach) / step_); i <= last; ++i) {
      action(i == 0 ? 0.0 : i * step_);  // not -0
    }
  }

  void draw_grid() {
    const Axis numbers;
    const auto path = [](double x, double y, std::string_view to) {
      return fmt::format("<path d=\"M{:.2f} {:.2f}{}\" fill=\"none\" stroke=\"#ddd\"/>\n", x, y,
                         to);
    };
    const double width = frame_.right - frame_.left, height = frame_.bottom - frame_.top;
    for_marks(middle_x_, width / 2 / scale_, [&](double mark) {
      const double x = x_of(mark);
      body_ += path(x, frame_.top, fmt::format("v{:.2f}", height));
      body_ += svg({.x = x,
                    .y = frame_.bottom + 15,
                    .text = numbers.label(mark),
                    .anchor = Anchor::kMiddle,
                    .font = kSmall});
    });
    for_marks(middle_y_, height / 2 / scale_, [&](double mark) {
      const double y = y_of(mark);
      body_ += path(frame_.left, y, fmt::format("h{:.2f}", width));
      body_ += svg({.x = frame_.left - 6,
                    .y = y + 4,
                    .text = numbers.label(mark),
                    .anchor = Anchor::kEnd,
                    .font = kSmall});
    });
    body_ += fmt::format(
        "<path d=\"M{:.2f} {:.2f}h{:.2f}v{:.2f}h{:.2f}z\" fill=\"none\" stroke=\"#333\"/>\n",
        frame_.left, frame_.top, width, height, -width);
  }

  void draw_points() {
    constexpr double kRadius = 4, kNameHeight = 15;
    const double widest = (frame_.right - frame_.left) / 2;
    std::vector<std::string> names;
    std::vector<Labelled> labelled;
    for (const PointMap::Point& point : points_) {
      names.push_back(kText.shortened(point.name, widest));
      labelled.push_back({x_of(point.x), y_of(point.y), kRadius, kText.width(names.back())});
    }
    const std::vector<Box> boxes = place_labels(labelled, kNameHeight, frame_);
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const auto& [name, x_value, y_value] = points_[i];
      const double x = labelled[i].x, y = labelled[i].y;
      const auto [near_x, near_y] = boxes[i].nearest(x, y);
      if (std::hypot(near_x - x, near_y - y) > 2 * kRadius) {  // too far to belong by itself
        body_ += fmt::format("<path d=\"M{:.2f} {:.2f}L{:.2f} {:.2f}\" stroke=\"#999\"/>\n", x, y,
                             near_x, near_y);
      }
      body_ += fmt::format(
          "<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{}\" fill=\"#0072B2\">"
          "<title>{}: {:.6g}, {:.6g}</title></circle>\n",
          x, y, kRadius, escaped(name), x_value, y_value);
      draw_name(boxes[i], x, names[i], name);
    }
  }

  /// The reader's font may be narrower than the box: the name stands at the point's side of it.
  void draw_name(const Box& box, double x, const std::string& text, const std::string& full) {
    SvgText name{.x = box.left, .y = box.bottom - 3, .text = text, .font = kText, .full = full};
    if (box.right <= x) {
      name.x = box.right;
      name.anchor = Anchor::kEnd;
    } else if (box.left < x) {
      name.x = (box.left + box.right) / 2;
      name.anchor = Anchor::kMiddle;
    }
    body_ += svg(name);
  }

  const PointMap& map_;
  std::vector<PointMap::Point> points_, missing_;
  Box frame_;
  double scale_ = 1, middle_x_ = 0, middle_y_ = 0;
  double step_ = 1;  // of the grid, in both directions
  double y_ = 0;     // how far down the drawing has come
  std::string body_;
};

}  // namespace

std::string svg(const PointMap& map) {
  return MapDrawing(map).draw();
}

}  // namespace vggstyle
