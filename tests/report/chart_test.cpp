#include "tools/report/charts/chart.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>
#include <sstream>

#include "tests/report/support.h"
#include "tools/report/charts/svg_text.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kExact = 0.011;  // coordinates have two decimals

struct Point {
  double x = 0, y = 0;
};

/// The parts of a path of M and L commands.
std::vector<std::vector<Point>> strokes(const std::string& path) {
  std::vector<std::vector<Point>> result;
  std::istringstream stream(path);
  char command = 0;
  for (Point point; stream >> command >> point.x >> point.y;) {
    REQUIRE((command == 'M' || command == 'L'));
    if (command == 'M') result.emplace_back();
    REQUIRE(!result.empty());
    result.back().push_back(point);
  }
  return result;
}

std::vector<Element> of_class(const std::vector<Element>& all, const std::string& name) {
  std::vector<Element> result;
  for (const Element& element : all) {
    const auto found = element.attributes.find("class");
    if (found != element.attributes.end() && found->second == name) result.push_back(element);
  }
  return result;
}

const Element* text_element(const std::vector<Element>& all, const std::string& text) {
  for (const Element& element : all) {
    if (element.name == "text" && element.text == text) return &element;
  }
  return nullptr;
}

bool has_text(const std::vector<Element>& all, const std::string& text) {
  return text_element(all, text) != nullptr;
}

/// Where a mark of the y axis stands: its label's baseline is 4 below it.
double mark(const std::vector<Element>& all, const std::string& label) {
  const Element* element = text_element(all, label);
  REQUIRE_MESSAGE(element != nullptr, label);
  return element->number("y") - 4;
}

LineChart chart_of(std::vector<double> values) {
  LineChart chart;
  chart.title = "title";
  for (std::size_t i = 0; i < values.size(); ++i) chart.places.push_back(fmt::format("p{}", i));
  chart.series = {{"series", std::move(values)}};
  return chart;
}

std::vector<std::vector<Point>> line_of(const LineChart& chart) {
  const std::vector<Element> lines = of_class(parse_xml(svg(chart)), "line");
  REQUIRE(lines.size() == 1);
  return strokes(lines[0].attributes.at("d"));
}

/// Everything is inside of the view box, as far as its place says; text by its estimated width.
void check_inside(const std::vector<Element>& all) {
  REQUIRE(!all.empty());
  std::istringstream box(all[0].attributes.at("viewBox"));
  double left = 0, top = 0, width = 0, height = 0;
  box >> left >> top >> width >> height;
  for (const Element& element : all) {
    if (element.name != "text") continue;
    const double x = element.number("x"), y = element.number("y");
    CHECK(y > 0);
    CHECK(y < height);
    if (element.attributes.contains("transform")) continue;
    const EstimatedFont font{element.number("font-size"),
                             element.attributes.contains("font-weight")};
    const double wide = font.width(element.text);
    const std::string anchor = element.attributes.at("text-anchor");
    const double begin = anchor == "start" ? x : anchor == "end" ? x - wide : x - wide / 2;
    CHECK_MESSAGE(begin >= -0.01, element.text);
    CHECK_MESSAGE(begin + wide <= width + 0.01, element.text);
  }
}

}  // namespace

TEST_CASE("Points stand where a linear axis has their values") {
  const LineChart chart = chart_of({0, 2.5, 10, 5});
  const std::vector<Element> all = parse_xml(svg(chart));
  const double zero = mark(all, "0"), ten = mark(all, "10");
  CHECK(ten < zero);
  const auto line = line_of(chart);
  REQUIRE(line.size() == 1);
  REQUIRE(line[0].size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const double expected = zero + (ten - zero) * chart.series[0].values[i] / 10;
    CHECK(std::abs(line[0][i].y - expected) < kExact);
    // Above its place's name.
    const Element* name = text_element(all, chart.places[i]);
    REQUIRE(name != nullptr);
    CHECK(std::abs(line[0][i].x - name->number("x")) < kExact);
  }
}

TEST_CASE("Points stand where a logarithmic axis has their values") {
  LineChart chart = chart_of({0.01, 1, 100, 30});
  chart.logarithmic = true;
  const std::vector<Element> all = parse_xml(svg(chart));
  const double low = mark(all, "0.01"), high = mark(all, "100");
  CHECK(std::abs(mark(all, "1") - (low + high) / 2) < kExact);
  const auto line = line_of(chart);
  REQUIRE(line.size() == 1);
  for (std::size_t i = 0; i < 4; ++i) {
    const double decades = std::log10(chart.series[0].values[i]) + 2;
    CHECK(std::abs(line[0][i].y - (low + (high - low) * decades / 4)) < kExact);
  }
}

TEST_CASE("What cannot be shown leaves a gap, and a point alone is seen all the same") {
  LineChart chart = chart_of({1, 2, kNoNumber, 3, kNoNumber, 4, 5});
  auto line = line_of(chart);
  REQUIRE(line.size() == 3);
  CHECK(line[0].size() == 2);
  CHECK(line[1].size() == 1);
  CHECK(line[2].size() == 2);
  // Each point has its marker; one more is in the legend.
  CHECK(of_class(parse_xml(svg(chart)), "marker").size() == 5 + 1);

  chart = chart_of({1, 0, 10, -1, 100});
  CHECK(line_of(chart).size() == 1);
  chart.logarithmic = true;
  CHECK(line_of(chart).size() == 3);

  // Long lines have few markers, yet never lose a lone point.
  std::vector<double> many(1000, 1.0);
  many[500] = many[502] = kNoNumber;
  const std::vector<Element> markers = of_class(parse_xml(svg(chart_of(many))), "marker");
  CHECK(markers.size() < 60);
  CHECK(line_of(chart_of(many)).size() == 3);
  CHECK(contains(svg(chart_of(many)), "<title>series, p501: 1</title>"));
  CHECK(!contains(svg(chart_of(many)), "<title>series, p503: 1</title>"));
}

TEST_CASE("Series differ in colour and in form, beyond the number of colours too") {
  LineChart chart;
  chart.places = {"a"};
  constexpr std::size_t kSeries = 40;
  for (std::size_t i = 0; i < kSeries; ++i) {
    chart.series.push_back({fmt::format("s{}", i), {1.0 + static_cast<double>(i)}});
  }
  const std::vector<Element> all = parse_xml(svg(chart));
  std::map<std::string, int> kinds;
  for (const Element& marker : of_class(all, "marker")) {
    const std::string path = marker.attributes.at("d");
    ++kinds[marker.attributes.at("fill") + path.substr(path.find('m'))];
  }
  CHECK(kinds.size() == kSeries);
  for (const Series& series : chart.series) CHECK(has_text(all, series.name));
  check_inside(all);
}

TEST_CASE("The legend stands below everything else") {
  const LineChart chart = chart_of({1, 2, 3});
  const std::vector<Element> all = parse_xml(svg(chart));
  const Element* legend = text_element(all, "series");
  REQUIRE(legend != nullptr);
  for (const Element& element : all) {
    if (element.name == "text") CHECK(element.number("y") <= legend->number("y"));
  }
}

TEST_CASE("Names of places are all there while they fit, and thinned out beyond") {
  LineChart layers = chart_of(std::vector<double>(16, 1.0));
  for (std::size_t i = 0; i < 16; ++i) layers.places[i] = fmt::format("conv{}_1", i);
  std::vector<Element> all = parse_xml(svg(layers));
  for (const std::string& place : layers.places) CHECK(has_text(all, place));
  CHECK(text_element(all, "conv3_1")->attributes.contains("transform"));
  check_inside(all);

  LineChart evaluations = chart_of(std::vector<double>(500, 1.0));
  for (std::size_t i = 0; i < 500; ++i) evaluations.places[i] = std::to_string(i + 1);
  all = parse_xml(svg(evaluations));
  CHECK(has_text(all, "100"));
  CHECK(has_text(all, "500"));
  CHECK(!has_text(all, "499"));
  double last = -100;
  for (const Element& element : all) {
    if (element.name != "text" || element.attributes.at("text-anchor") != "middle") continue;
    CHECK(element.number("x") - last > 20);
    last = element.number("x");
  }
  check_inside(all);

  LineChart files = chart_of({1, 2, 3});
  files.places = {std::string(100, 'n'), "b", "c"};
  const std::string text = svg(files);
  all = parse_xml(text);
  CHECK(!has_text(all, files.places[0]));
  CHECK(contains(text, "<title>" + files.places[0] + "</title>"));  // all of it on pointing there
}

TEST_CASE("Text of charts is escaped, and always well-formed") {
  const std::string nasty = "<&\">'\x01\xFF]]>\u00e4";
  const std::string shown = "<&\">'\uFFFD\uFFFD]]>\u00e4";
  LineChart chart = chart_of({1, 2});
  chart.title = chart.x_title = chart.y_title = nasty;
  chart.places[0] = nasty;
  chart.series[0].name = nasty;
  std::vector<Element> all = parse_xml(svg(chart));
  CHECK(all[0].attributes.at("aria-label") == shown);
  int found = 0;
  for (const Element& element : all) found += element.name == "text" && element.text == shown;
  CHECK(found == 5);

  all = parse_xml(svg(PointMap{nasty, {{nasty, 0, 0}, {nasty, kNoNumber, 0}}}));
  CHECK(all[0].attributes.at("aria-label") == shown);
  CHECK(has_text(all, "not on the map: " + shown));
}

TEST_CASE("Charts scale: they have a view box and no size, and need nothing from outside") {
  for (const std::string& text : {svg(chart_of({1, 2})), svg(PointMap{"map", {{"a", 1, 2}}})}) {
    const std::vector<Element> all = parse_xml(text);
    CHECK(all[0].name == "svg");
    CHECK(all[0].attributes.contains("viewBox"));
    CHECK(!all[0].attributes.contains("width"));
    CHECK(!contains(text, "<script"));
    CHECK(!contains(text, "href"));
  }
}

TEST_CASE("Charts of little or nothing are charts") {
  CHECK(has_text(parse_xml(svg(LineChart{})), "no values"));
  CHECK(has_text(parse_xml(svg(chart_of({kNoNumber, kNoNumber}))), "no values"));
  CHECK(!has_text(parse_xml(svg(chart_of({0}))), "no values"));
  CHECK(parse_xml(svg(PointMap{})).size() > 1);
  CHECK_THROWS_AS(svg(LineChart{"t", "", "", {"a", "b"}, {{"s", {1}}}, false}), InternalError);
}

TEST_CASE("A map has the same unit in both directions") {
  for (const double size : {1e-6, 1.0, 4e7}) {
    PointMap map{"map", {{"a", 0, 0}, {"b", 3 * size, 0}, {"c", 0, size}, {"d", 9 * size, -size}}};
    const std::vector<Element> all = parse_xml(svg(map));
    std::vector<Point> points;
    for (const Element& element : all) {
      if (element.name == "circle") points.push_back({element.number("cx"), element.number("cy")});
    }
    REQUIRE(points.size() == 4);
    const double unit = (points[1].x - points[0].x) / 3;
    CHECK(unit > 20);
    CHECK(points[1].y == points[0].y);
    CHECK(std::abs(points[0].y - points[2].y - unit) < 2 * kExact);  // up is more
    CHECK(std::abs(points[3].x - points[0].x - 9 * unit) < 4 * kExact);
    CHECK(std::abs(points[3].y - points[0].y - unit) < 2 * kExact);
    for (const auto& point : map.points) CHECK(has_text(all, point.name));
    check_inside(all);
  }
}

TEST_CASE("A map of points in one place, in a row, far away") {
  for (const PointMap& map :
       {PointMap{"", {{"a", 2, 2}, {"b", 2, 2}}},
        PointMap{"", {{"a", 0, 1}, {"b", 0, 5}, {"c", 0, 2}}},
        PointMap{"", {{"a", 1e9, -1e9}, {"b", 1e9 + 1, -1e9}}}, PointMap{"", {{"a", 0, 0}}}}) {
    const std::vector<Element> all = parse_xml(svg(map));
    for (const auto& point : map.points) CHECK(has_text(all, point.name));
    for (const Element& element : all) {
      if (element.name != "circle") continue;
      CHECK(element.number("cx") > 0);
      CHECK(element.number("cx") < 440);
      CHECK(element.number("cy") > 0);
    }
    CHECK(all.size() < 100);
  }
}
