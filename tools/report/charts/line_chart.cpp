#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "runtime/error.h"
#include "tools/report/charts/axis.h"
#include "tools/report/charts/chart.h"
#include "tools/report/charts/svg_text.h"
#include "tools/report/charts/text_lines.h"
#include "tools/report/markup.h"

namespace vggstyle {
namespace {

// Units of the drawing. A phone shows them at about 0.8 pixels each, a page beside another chart
// at 1: the letters are of a size for both.
constexpr double kWidth = 440, kPlotHeight = 230, kMargin = 2, kRightMargin = 8, kBottomMargin = 7;
constexpr EstimatedFont kText{13, false}, kSmall{12, false}, kBold{14, true};
constexpr double kLine = 17;  // from a line of text to the next
constexpr std::size_t kMostMarkers = 40;

/// Okabe and Ito's colours without yellow, which is pale on white; the order keeps neighbours
/// apart. Seven colours and six forms: 42 series before both come again.
constexpr std::array kColors = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                "#E69F00", "#56B4E9", "#000000"};
constexpr std::array kMarkers = {
    "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",                 // circle
    "m-3.2 -3.2h6.4v6.4h-6.4z",                                      // square
    "m0 -4.4l4.2 7.4h-8.4z",                                         // triangle
    "m0 -4.8l4.8 4.8l-4.8 4.8l-4.8 -4.8z",                           // diamond
    "m0 4.4l4.2 -7.4h-8.4z",                                         // triangle upside down
    "m-4.2 -1.4h2.8v-2.8h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8z",  // cross
};

const char* color(std::size_t series) {
  return kColors[series % kColors.size()];
}

/// `title`: what the reader sees on pointing there.
std::string marker(std::size_t series, double x, double y, std::string_view title) {
  std::string result = fmt::format("<path class=\"marker\" d=\"M{:.2f} {:.2f}{}\" fill=\"{}\"", x,
                                   y, kMarkers[series % kMarkers.size()], color(series));
  if (title.empty()) return result + "/>\n";
  return result + "><title>" + escaped(title) + "</title></path>\n";
}

/// How the places are named below the x axis.
struct PlaceLabels {
  bool slanted = false;
  std::size_t first = 0, every = 1;
  std::vector<std::string> texts;  // shortened
  double widest = 0;
  double overhang = 0;  ///< of level labels beside the plot

  static constexpr double kSlant = -45;
  /// Of the space that slanted text takes to the left and down.
  double reach() const { return widest * std::sqrt(0.5); }
  double height() const { return slanted ? reach() + 20 : 20; }
  bool shown(std::size_t place) const { return place >= first && (place - first) % every == 0; }
};

PlaceLabels plan_labels(const std::vector<std::string>& places, double width) {
  constexpr double kLongest = 130, kApart = 8, kSlantedApart = 20, kNumber = 36;
  PlaceLabels plan;
  for (const std::string& place : places) {
    plan.texts.push_back(kSmall.shortened(place, kLongest));
    plan.widest = std::max(plan.widest, kSmall.width(plan.texts.back()));
  }
  const double slot = width / static_cast<double>(std::max<std::size_t>(places.size(), 1));
  plan.overhang = std::max((plan.widest - slot) / 2, 0.0);
  if (plan.widest + kApart <= slot) return plan;
  // Short ones, numbers as a rule, are better read upright and thinned out.
  plan.slanted = plan.widest > kNumber;
  const double apart = plan.slanted ? kSlantedApart : plan.widest + kApart;
  if (slot >= apart) return plan;
  plan.every = static_cast<std::size_t>(std::lround(round_step(apart / slot)));
  // Counted from 1, these are the round numbers.
  if (places.front() == "1") plan.first = std::min(plan.every - 1, places.size() - 1);
  return plan;
}

class LineDrawing {
 public:
  explicit LineDrawing(const LineChart& chart) : chart_(chart) {
    std::vector<double> values;
    for (const Series& series : chart.series) {
      if (series.values.size() != chart.places.size()) {
        throw InternalError(fmt::format("the series '{}' has {} values for {} places", series.name,
                                        series.values.size(), chart.places.size()));
      }
      values.insert(values.end(), series.values.begin(), series.values.end());
    }
    axis_ = chart.logarithmic ? logarithmic_axis(values) : linear_axis(values, kMostTicks);
  }

  std::string draw() {
    draw_titles();
    lay_out();
    draw_grid();
    draw_places();
    for (std::size_t i = 0; i < chart_.series.size(); ++i) draw_series(i);
    if (!any_shown_) {
      body_ += svg({.x = left_ + width_ / 2,
                    .y = top_ + kPlotHeight / 2,
                    .text = "no values",
                    .anchor = Anchor::kMiddle,
                    .font = kText});
    }
    draw_legend();
    return svg_chart(kWidth, y_ + kBottomMargin, chart_.title, body_);
  }

 private:
  static constexpr int kMostTicks = 6;

  double x_of(std::size_t place) const {
    return left_ +
           width_ * (static_cast<double>(place) + 0.5) / static_cast<double>(chart_.places.size());
  }
  double y_of(double value) const { return top_ + kPlotHeight * (1 - axis_.position(value)); }

  /// The next line of text, at the top or at the bottom.
  void line(double x, Anchor anchor, const EstimatedFont& font, std::string_view text) {
    constexpr std::size_t kMostLines = 3;
    for (const std::string& part : lines_of(text, kWidth - 2 * kMargin, kMostLines, font)) {
      y_ += kLine;
      body_ += svg({.x = x, .y = y_, .text = part, .anchor = anchor, .font = font});
    }
  }

  /// The y axis is named above it, where it is read without turning the head.
  void draw_titles() {
    line(kMargin, Anchor::kStart, kBold, chart_.title);
    line(kMargin, Anchor::kStart, kText, chart_.y_title);
  }

  void lay_out() {
    constexpr double kTickGap = 6;
    double widest = 0;
    for (const double tick : axis_.ticks) {
      widest = std::max(widest, kSmall.width(axis_.label(tick)));
    }
    left_ = kMargin + widest + kTickGap;
    labels_ = plan_labels(chart_.places, kWidth - kRightMargin - left_);
    if (labels_.slanted) left_ = std::max(left_, kMargin + labels_.reach());
    // The last label is centred below a point that may stand at the very edge.
    const double right = labels_.slanted ? kRightMargin : std::max(kRightMargin, labels_.overhang);
    width_ = kWidth - right - left_;
    top_ = y_ + kLine - 3;
    y_ = top_ + kPlotHeight;
  }

  void draw_grid() {
    for (const double tick : axis_.ticks) {
      const double y = y_of(tick);
      body_ += fmt::format("<path d=\"M{:.2f} {:.2f}H{:.2f}\" fill=\"none\" stroke=\"{}\"/>\n",
                           left_, y, left_ + width_, tick == axis_.ticks.front() ? "#333" : "#ddd");
      body_ += svg({.x = left_ - 6,
                    .y = y + 4,
                    .text = axis_.label(tick),
                    .anchor = Anchor::kEnd,
                    .font = kSmall});
    }
  }

  void draw_places() {
    for (std::size_t i = 0; i < chart_.places.size(); ++i) {
      if (!labels_.shown(i)) continue;
      const double x = x_of(i);
      body_ += fmt::format("<path d=\"M{:.2f} {:.2f}v4\" stroke=\"#333\"/>\n", x, y_);
      SvgText text{.x = x, .y = y_ + 17, .text = labels_.texts[i], .font = kSmall};
      text.anchor = labels_.slanted ? Anchor::kEnd : Anchor::kMiddle;
      if (labels_.slanted) {
        text.x += 4;
        text.y = y_ + 14;
        text.slant = PlaceLabels::kSlant;
      }
      text.full = chart_.places[i];
      body_ += svg(text);
    }
    y_ += labels_.height();
    line(left_ + width_ / 2, Anchor::kMiddle, kText, chart_.x_title);
  }

  void draw_series(std::size_t index) {
    const Series& series = chart_.series[index];
    const auto shown = [&](std::size_t i) {
      return i < series.values.size() && can_show(series.values[i], chart_.logarithmic);
    };
    std::string path, markers;
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      if (!shown(i)) continue;
      const double x = x_of(i), y = y_of(series.values[i]);
      const bool continued = i > 0 && shown(i - 1);
      path += fmt::format("{}{:.2f} {:.2f}", continued ? 'L' : 'M', x, y);
      // Long series have few markers; a point alone would not be seen without.
      const std::size_t every = 1 + (series.values.size() - 1) / kMostMarkers;
      if (i % every == 0 || (!continued && !shown(i + 1))) {
        markers +=
            marker(index, x, y,
                   fmt::format("{}{}{}: {:.6g}", series.name, series.name.empty() ? "" : ", ",
                               chart_.places[i], series.values[i]));
      }
    }
    if (path.empty()) return;
    any_shown_ = true;
    body_ += fmt::format(
        "<path class=\"line\" d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\" "
        "stroke-linejoin=\"round\"/>\n",
        path, color(index));
    body_ += markers;
  }

  /// Below, where it covers nothing: as many names to a line as fit.
  void draw_legend() {
    constexpr double kSample = 26, kApart = 14;
    const double most = kWidth - 2 * kMargin - kSample;
    double x = kWidth;
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      const std::string& full = chart_.series[i].name;
      if (full.empty()) continue;
      const std::string name = kText.shortened(full, most);
      const double width = kSample + kText.width(name);
      if (x + width > kWidth - kMargin) {
        x = kMargin;
        y_ += kLine + 3;
      }
      body_ += fmt::format("<path d=\"M{:.2f} {:.2f}h20\" stroke=\"{}\" stroke-width=\"1.8\"/>\n",
                           x, y_ - 4, color(i));
      body_ += marker(i, x + 10, y_ - 4, "");
      body_ += svg({.x = x + kSample, .y = y_, .text = name, .font = kText, .full = full});
      x += width + kApart;
    }
  }

  const LineChart& chart_;
  Axis axis_;
  PlaceLabels labels_;
  double left_ = 0, top_ = 0, width_ = 0;  // of the plot
  double y_ = 0;                           // how far down the drawing has come
  bool any_shown_ = false;
  std::string body_;
};

}  // namespace

std::string svg(const LineChart& chart) {
  return LineDrawing(chart).draw();
}

}  // namespace vggstyle
