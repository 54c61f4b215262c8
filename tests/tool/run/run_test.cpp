// transfer, texture and reconstruct do what they say.

#include <doctest/doctest.h>

#include "tests/tool/support.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

/// Runs with a log and requires that the loss falls below `fraction` of what it was.
void check_loss_falls(const TemporaryFolder& folder, const Arguments& arguments, double fraction) {
  const Outcome outcome =
      run_tool(folder, arguments + Arguments{"-o", "out.png", "--log", "run.jsonl"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  const auto log = read_log(folder / "run.jsonl");
  REQUIRE(log.size() > 2);
  const double first = log.front().at("total"), last = log.back().at("total");
  CAPTURE(first);
  CAPTURE(last);
  CHECK(last < fraction * first);
  CHECK(log.front().at("evaluations") == 1);
  CHECK(log.back().at("evaluations") <= 40);
}

Arguments with(const std::string& layers_option, const std::string& layers) {
  return {layers_option, layers, "--weights", "synthetic", "--threads", "1", "--iterations", "40"};
}

TEST_CASE("transfer lowers the loss and keeps the content's shape") {
  const TemporaryFolder folder;
  write_pictures(folder);
  check_loss_falls(folder,
                   Arguments{"transfer", "content.png", "style.png"} +
                       with("--style-layers", "pixels,conv1_1,conv2_1,conv3_1"),
                   0.3);
  const Picture picture = read_picture(folder / "out.png");
  CHECK(picture.width == 40);
  CHECK(picture.height == 30);
}

TEST_CASE("texture lowers the loss from noise") {
  const TemporaryFolder folder;
  write_pictures(folder);
  check_loss_falls(
      folder, Arguments{"texture", "style.png"} + with("--style-layers", "conv1_1,conv2_1"), 0.1);
}

TEST_CASE("reconstruct comes close to the picture itself") {
  const TemporaryFolder folder;
  write_pictures(folder);
  check_loss_falls(folder, Arguments{"reconstruct", "content.png"} + with("--layer", "conv1_1"),
                   0.1);
  const Picture made = read_picture(folder / "out.png");
  const Picture wanted = read_picture(folder / "content.png");
  REQUIRE(made.rgb.size() == wanted.rgb.size());
  double difference = 0;
  for (std::size_t i = 0; i < made.rgb.size(); ++i) {
    difference += std::abs(static_cast<double>(made.rgb[i] - wanted.rgb[i]));
  }
  CHECK(difference / static_cast<double>(made.rgb.size()) < 20);
}

TEST_CASE("the same seed gives the same bytes for any number of threads") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Arguments texture = {
      "texture",      "style.png", "--style-layers", "conv1_1,conv3_1", "--weights", "synthetic",
      "--iterations", "6",         "--quiet",        "--seed",          "3"};
  // The command line and the device are in the file; the pixels are compared.
  const auto pixels = [&](const char* threads) {
    picture_bytes(folder, texture + Arguments{"--threads", threads});
    return read_picture(folder / "out.png").rgb;
  };
  const auto one = pixels("1");
  CHECK(one == pixels("2"));
  const std::string bytes = picture_bytes(folder, texture + Arguments{"--threads", "2"});
  CHECK(bytes == picture_bytes(folder, texture + Arguments{"--threads", "2"}));
}

TEST_CASE("two file names are enough, and the file they make is named") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome outcome = run_tool(folder, {"transfer", "content.png", "style.png", "--weights",
                                            "synthetic", "--iterations", "2"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.find("40x30 pixels") != std::string::npos);
  CHECK(outcome.err.find("MB planned") != std::string::npos);
  CHECK(outcome.err.find("wrote stylised.png: 40x30, loss") != std::string::npos);
  CHECK(read_picture(folder / "stylised.png").width == 40);
}

TEST_CASE("a run until it is quiet ends there, the other goes on") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto evaluations = [&](const Arguments& more) {
    const Outcome outcome =
        run_tool(folder, Arguments{"transfer", "content.png", "style.png", "--weights", "synthetic",
                                   "--style-layers", "conv1_1", "--content-layers", "conv1_1",
                                   "--iterations", "400", "--log", "run.jsonl"} +
                             more);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    const bool says =
        outcome.err.find("the value falls by less than 1 % in 20 evaluations") != std::string::npos;
    CHECK(says == !more.empty());
    const auto log = read_log(folder / "run.jsonl");
    const int last = log.back().at("evaluations");
    if (says) {
      double then = 0;
      for (const auto& line : log) {
        if (line.at("evaluations") <= last - 20) then = line.at("total");
      }
      CHECK(log.back().at("total") > 0.989 * then);
    }
    return last;
  };
  const int until_quiet = evaluations({"--until-quiet"});
  CHECK(until_quiet >= 21);
  CHECK(until_quiet < 399);
  CHECK(evaluations({}) >= 399);
}

TEST_CASE("every normalization runs with its own defaults") {
  const TemporaryFolder folder;
  write_pictures(folder);
  for (const char* name : {"gatys", "neural-style", "tutorial"}) {
    CAPTURE(name);
    const Outcome outcome = run_tool(
        folder, {"transfer", "content.png", "style.png", "--weights", "synthetic", "--init",
                 "content", "--normalization", name, "--iterations", "12", "--log", "run.jsonl"});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    const auto log = read_log(folder / "run.jsonl");
    CHECK(log.back().at("style") < 0.9 * static_cast<double>(log.front().at("style")));
  }
}

}  // namespace
}  // namespace vggstyle::test
