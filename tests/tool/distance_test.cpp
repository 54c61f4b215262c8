// distance: what it prints and writes, and what it refuses.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

using Json = nlohmann::json;

Arguments distance_of(const Arguments& pictures, const Arguments& more) {
  return Arguments{"distance"} + pictures +
         Arguments{"--weights", "synthetic",      "--threads",
                   "1",         "--style-layers", "pixels,conv1_1:2,conv2_1"} +
         more;
}

/// What study.json would hold.
Json measure(const TemporaryFolder& folder, const Arguments& pictures, const Arguments& more = {}) {
  const Outcome outcome = run_tool(folder, distance_of(pictures, Arguments{"--json"} + more));
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.err.empty());
  return Json::parse(outcome.out);
}

void write_three(const TemporaryFolder& folder) {
  write_pictures(folder);
  write_png(folder / "dots.png", contrive("dots", 32, 28, 3), 8);
}

const Arguments kThree = {"content.png", "style.png", "dots.png"};

/// Every matrix of a study.
std::vector<Json> matrices(const Json& study) {
  std::vector<Json> all;
  for (const Json& layer : study["layers"]) {
    for (const auto& [key, value] : layer.items()) {
      if (value.is_array()) all.push_back(value);
    }
  }
  for (const Json& matrix : study["mean"]) all.push_back(matrix);
  return all;
}

TEST_CASE("distances are symmetric, from 0, and complete") {
  const TemporaryFolder folder;
  write_three(folder);
  const Json study = measure(folder, kThree);
  REQUIRE(study["images"].size() == 3);
  CHECK(study["images"][2]["name"] == "dots");
  CHECK(study["images"][2]["width"] == 32);  // not enlarged
  REQUIRE(study["layers"].size() == 3);
  CHECK(study["layers"][0]["layer"] == "pixels");
  CHECK(study["layers"][1]["weight"] == 2);
  const std::vector<Json> all = matrices(study);
  CHECK(all.size() == 3 * 8 + 2);
  for (const Json& matrix : all) {
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        CHECK(matrix[i][j] == matrix[j][i]);
        CHECK((matrix[i][j] == 0) == (i == j));
        const double detour = matrix[i][0].get<double>() + matrix[0][j].get<double>();
        CHECK(matrix[i][j].get<double>() <= detour + 1e-12);
      }
    }
  }
  for (const char* kind : {"relative_frobenius_both", "relative_bures"}) {
    const auto at = [&](std::size_t layer) {
      return study["layers"][layer][kind][0][1].get<double>();
    };
    CHECK(study["mean"][kind][0][1].get<double>() ==
          doctest::Approx((at(0) + 2 * at(1) + at(2)) / 4));
    // Three points lie in a plane: the map keeps their distances.
    const Json& points = study["maps"][kind]["points"];
    CHECK(study["maps"][kind]["share"] == doctest::Approx(1));
    CHECK(std::hypot(points[0]["x"].get<double>() - points[1]["x"].get<double>(),
                     points[0]["y"].get<double>() - points[1]["y"].get<double>()) ==
          doctest::Approx(study["mean"][kind][0][1].get<double>()));
  }
}

TEST_CASE("distances of flat colours are those of the colours") {
  // Two flat pictures on `pixels`: their covariance is 0 and their mean is their colour.
  const TemporaryFolder folder;
  Picture black = Picture::black(20, 20), red = black;
  std::fill_n(red.plane(0), red.pixels(), 255.0f);
  write_png(folder / "black.png", black, 8);
  write_png(folder / "red.png", red, 8);
  const Json study = measure(folder, {"black.png", "red.png"});
  const Json& pixels = study["layers"][0];
  CHECK(pixels["frobenius_raw"][0][1] == doctest::Approx(1));
  CHECK(pixels["frobenius_centered"][0][1].get<double>() < 1e-6);
  CHECK(pixels["bures"][0][1] == doctest::Approx(1).epsilon(1e-5));
  CHECK(pixels["relative_frobenius_raw"][0][1] == doctest::Approx(std::sqrt(2.0)));
  CHECK(pixels["relative_bures"][0][1] == doctest::Approx(std::sqrt(2.0)).epsilon(1e-5));
}

TEST_CASE("a picture twice has distance 0 and two names") {
  const TemporaryFolder folder;
  write_three(folder);
  const Json study = measure(folder, {"dots.png", "dots.png"});
  CHECK(study["images"][0]["name"] == "dots");
  CHECK(study["images"][1]["name"] == "dots-2");
  for (const Json& matrix : matrices(study)) CHECK(matrix[0][1].get<double>() < 1e-9);
}

TEST_CASE("two pictures give a table of layers by distances") {
  const TemporaryFolder folder;
  write_three(folder);
  const Outcome outcome = run_tool(folder, distance_of({"content.png", "style.png"}, {}));
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.out.rfind("content and style\nlayer ", 0) == 0);
  CHECK(count_lines(outcome.out) == 6);
  CHECK(outcome.out.find("\nconv2_1 ") != std::string::npos);
  const Json study = measure(folder, {"content.png", "style.png"});
  std::istringstream lines(outcome.out);
  std::string layer;
  double raw = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    if (words >> layer && layer == "conv2_1") words >> raw;
  }
  CHECK(raw ==
        doctest::Approx(study["layers"][2]["frobenius_raw"][0][1].get<double>()).epsilon(1e-3));
  CHECK(folder.files() == std::vector<std::string>{"content.png", "dots.png", "style.png"});
}

TEST_CASE("more pictures give matrices, and a folder holds all") {
  const TemporaryFolder folder;
  write_three(folder);
  const Outcome table = run_tool(folder, distance_of(kThree, {}));
  REQUIRE_MESSAGE(table.exit_code == 0, table.err);
  CHECK(count_lines(table.out) == 2 * 5 + 1);
  const Outcome outcome = run_tool(folder, distance_of(kThree, {"-o", "map"}));
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.out.empty());
  Json written = Json::parse(read_file(folder / "map/study.json"));
  Json printed = measure(folder, kThree);
  written.erase("command");
  printed.erase("command");
  CHECK(written == printed);
  CHECK(count_lines(read_file(folder / "map/study.csv")) == 1 + 3 * 3);
  CHECK(read_file(folder / "map/index.html").find("<svg") != std::string::npos);
  CHECK(read_picture(folder / "map/sheet.png").width > 300);
}

TEST_CASE("a folder gives its pictures, and --size their size") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "all");
  write_png(folder / "all/b.png", contrive("dots", 40, 20, 1), 8);
  write_png(folder / "all/a.png", contrive("stripes", 40, 20, 1), 8);
  const Json study = measure(folder, {"all"}, {"--size", "30"});
  REQUIRE(study["images"].size() == 2);
  CHECK(study["images"][0]["name"] == "a");
  CHECK(study["images"][0]["width"] == 30);
  CHECK(study["images"][0]["height"] == 15);
}

TEST_CASE("what distance refuses") {
  const TemporaryFolder folder;
  write_three(folder);
  const auto refused = [&](const Arguments& pictures, const Arguments& more,
                           const std::string& expected) {
    check_refused(folder,
                  Arguments{"distance"} + pictures + Arguments{"--weights", "synthetic"} + more,
                  expected);
  };
  refused({"content.png"}, {}, "at least two pictures");
  refused({}, {}, "IMAGE");
  refused({"content.png", "none.png"}, {}, "none.png");
  refused({"content.png", "style.png"}, {"--style-layers", "conv9_1"}, "conv9_1");
  refused({"content.png", "style.png"}, {"--style-layers", "conv1_1:0"}, "above 0");
  refused({"content.png", "style.png"}, {"--size", "0"}, "--size");
  refused({"content.png", "style.png"}, {"--size", "4"}, "too small");
  refused({"content.png", "style.png"}, {"--pooling", "min"}, "min");
  refused({"content.png", "style.png"}, {"-o", "none/map"}, "none");
  refused({"content.png", "style.png"}, {"-o", "dots.png"}, "dots.png");
  CHECK(folder.files() == std::vector<std::string>{"content.png", "dots.png", "style.png"});
}

}  // namespace
}  // namespace vggstyle::test
