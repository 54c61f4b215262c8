#include <doctest/doctest.h>

#include <algorithm>

#include "tools/toy/grid/grid_lessons.h"
#include "tools/toy/grid/grid_report.h"
#include "tools/toy/two_by_two_report.h"

using namespace vggstyle;
using namespace vggstyle::toy;

namespace {

GridStudy study_of(Grid grid, const Variant& variant) {
  return study_grid(grid, variant, [](const GridStudy::Result&) {});
}

bool contains(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

std::string all_lessons(const GridStudy& study) {
  std::string text;
  for (const std::string& lesson : lessons(study)) text += lesson + "\n";
  return text;
}

}  // namespace

TEST_CASE("The report on [1,0,0,0]") {
  const StudyReport report = report_of(study_two_by_two({1, 0, 0, 0}, 50, 0), "vggstyle toy");
  const auto& both = report.numbers.at("constraints").at("both");
  CHECK(both.at("images") == 4);
  CHECK(both.at("isolated_found") == 4);
  CHECK(both.at("distinct") == 4);
  CHECK(report.numbers.at("constraints").at("raw").at("images").is_null());
  CHECK(report.numbers.at("proof").at("solutions") == 4);
  CHECK(report.records.rows.size() == 3 * 50);
  CHECK(report.sheet.rows.back().cells.size() == 4);
  const std::string page = report.document.html();
  CHECK(contains(page, "every x_i is 0 or 1"));
  CHECK(contains(page, "4 of 16 have both matrices"));
  CHECK(contains(page, "both together exactly 4 images"));
}

TEST_CASE("The report on a grid: its numbers are of the chosen variant, and those of all beside") {
  const Variant chosen{-1, false, false};
  const StudyReport report = report_of(study_of({3, 3}, chosen), std::nullopt, "vggstyle toy");
  const auto& numbers = report.numbers;
  CHECK(numbers.at("variant").at("black") == -1);
  CHECK(numbers.at("classes") ==
        nlohmann::ordered_json{{"raw", 155}, {"centered", 213}, {"both", 213}});
  CHECK(numbers.at("largest_class") ==
        nlohmann::ordered_json{{"raw", 32}, {"centered", 16}, {"both", 16}});
  CHECK(numbers.at("unique_images") ==
        nlohmann::ordered_json{{"raw", 0}, {"centered", 0}, {"both", 0}});
  CHECK(numbers.at("variants").size() == 8);
  CHECK(numbers.at("variants").at(0).at("classes").at("raw") == 421);
  CHECK(numbers.at("same_as_negative").at("raw") == 512);
  CHECK(numbers.at("growth").size() == 3);
  std::size_t images = 0;
  for (const auto& entry : numbers.at("class_sizes").at("raw")) {
    images += entry.at("size").get<std::size_t>() * entry.at("classes").get<std::size_t>();
  }
  CHECK(images == 512);
  CHECK(report.records.rows.size() == 8 * 3);
}

TEST_CASE("Members of the largest class are written as rows of pixels") {
  const StudyReport report =
      report_of(study_of({3, 2}, {0, false, false}), std::nullopt, "vggstyle toy");
  // Two patches side by side: what they share is seen once by each of two filters, so that only
  // which of two patches comes first can be lost.
  const auto& members = report.numbers.at("largest_class_images").at("raw");
  REQUIRE(members.size() == 2);
  for (const auto& member : members) {
    const std::string text = member.get<std::string>();
    CHECK(text.size() == 7);
    CHECK(text.at(3) == ' ');
    CHECK(std::count(text.begin(), text.end(), '1') + std::count(text.begin(), text.end(), '0') ==
          6);
  }
}

TEST_CASE("What is taught follows the numbers") {
  const std::string plain = all_lessons(study_of({3, 3}, {0, false, false}));
  CHECK(contains(plain, "421 raw, 213 centred and 421 joint styles"));
  CHECK(contains(plain, "centring adds nothing"));
  CHECK(contains(plain, "8 ways to look at the images, 2 differ"));
  const std::string minus = all_lessons(study_of({3, 3}, {-1, false, false}));
  CHECK(contains(minus, "Both constraints tell 213 styles apart where the raw one tells 155"));
  CHECK(contains(minus, "the means are not in it"));
  CHECK(contains(all_lessons(study_of({2, 2}, {0, false, false})),
                 "Every image of this grid is determined"));
}

TEST_CASE("Variants that tell the same images apart are found together") {
  const auto groups = variants_alike(study_of({3, 3}, {0, false, false}));
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].size() == 6);
  CHECK(groups[1] == std::vector<Variant>{{-1, false, false}, {-1, true, false}});
}

TEST_CASE("Classes of several images, and those that stay within others") {
  const Partition a({0, 0, 1, 2, 2, 2});
  CHECK(shared(a) == 2);
  CHECK(shared_within(a, Partition({0, 0, 0, 0, 0, 0})) == 2);
  CHECK(shared_within(a, Partition({0, 0, 0, 1, 1, 2})) == 1);
  CHECK(shared_within(a, Partition({0, 1, 2, 3, 4, 5})) == 0);
}
