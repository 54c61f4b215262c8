// study and compare: what their folders hold, and that they go on where they were stopped.

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

nlohmann::json read_json(const std::string& path) {
  return nlohmann::json::parse(read_file(path));
}

/// Runs a study of small pictures with random filters, requires success, returns its numbers.
nlohmann::json study(const TemporaryFolder& folder, const Arguments& arguments) {
  const Outcome outcome =
      run_tool(folder, arguments + Arguments{"-o", "out", "--weights", "synthetic"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  for (const char* file : {"index.html", "sheet.png", "study.csv"}) {
    CHECK(fs::file_size(folder / ("out/" + std::string(file))) > 100);
  }
  return read_json(folder / "out/study.json");
}

Arguments small_content() {
  return {"study",        "content", "content.png", "--layers", "conv1_1,conv2_1",
          "--iterations", "12",      "--size",      "40"};
}

TEST_CASE("study content: the first layer gives the picture back, deep ones do not") {
  const TemporaryFolder folder;
  write_png(folder / "scene.png", contrive("scene", 64, 64, 3), 8);
  const nlohmann::json numbers = study(folder, {"study", "content", "scene.png", "--layers",
                                                "conv1_1,conv4_1", "--iterations", "80"});
  const nlohmann::json& runs = numbers.at("runs");
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].at("layer") == "conv1_1");
  CHECK(runs[0].at("ssim") > 0.95);
  CHECK(runs[0].at("edge_correlation") > 0.95);
  CHECK(runs[1].at("ssim") < 0.7);
  CHECK(runs[1].at("color_error") > runs[0].at("color_error"));
  // The picture that is named is the one that was measured.
  const Picture made = read_picture(folder / ("out/" + runs[0].at("picture").get<std::string>()));
  CHECK(made.width == 64);
}

TEST_CASE("study gram: each mode matches best what it was asked for") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const nlohmann::json numbers =
      study(folder, {"study", "gram", "style.png", "--style-layers", "conv1_1,conv2_1",
                     "--iterations", "40", "--size", "36"});
  const nlohmann::json& runs = numbers.at("runs");
  REQUIRE(runs.size() == 5);
  const auto of = [&](std::size_t run, const char* kind, std::size_t layer) {
    return runs[run].at(kind).at(layer).get<double>();
  };
  REQUIRE(numbers.at("measured_layers").at(1) == "conv1_1");
  CHECK(runs[0].at("gram") == "raw");
  CHECK(runs[1].at("gram") == "centered");
  CHECK(runs[3].at("gram") == "moments");
  CHECK(runs[4].at("gram") == "wasserstein");
  CHECK(runs[3].at("centered_residuals") != runs[4].at("centered_residuals"));
  // Who matches means and covariances has the Gram matrix as well.
  CHECK(of(4, "raw_residuals", 1) < of(3, "raw_residuals", 1));
  CHECK(of(0, "raw_residuals", 1) < of(1, "raw_residuals", 1));
  CHECK(of(1, "centered_residuals", 1) < of(0, "centered_residuals", 1));
  int images = 0;
  for (const auto& count : numbers.at("nearest").at("raw_residual")) images += count.get<int>();
  CHECK(images == 1);
  CHECK(numbers.at("nearest").at("raw_residual").size() == 3);
  CHECK(numbers.at("nearest_of_all").at("raw_residual").size() == 5);
}

TEST_CASE("study layers: alone and cumulative, by two optimisers") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Arguments layers = {
      "study", "layers", "style.png", "--style-layers", "conv1_1,conv2_1", "--iterations",
      "25",    "--size", "36"};
  const nlohmann::json alone = study(folder, layers);
  CHECK_FALSE(alone.at("cumulative").get<bool>());
  REQUIRE(alone.at("runs").size() == 2);
  for (const auto& run : alone.at("runs")) {
    CHECK(run.at("residual_after") < 0.2 * run.at("residual_before").get<double>());
    CHECK(run.at("curve").at("loss").back() < run.at("curve").at("loss").front());
  }
  const nlohmann::json both =
      study(folder, layers + Arguments{"--cumulative", "--optimizer", "gd,lbfgs"});
  REQUIRE(both.at("runs").size() == 4);
  CHECK(both.at("runs")[1].at("optimizer") == "gd");
  CHECK(both.at("runs")[3].at("picture") == "pictures/style-lbfgs-to-conv2_1.png");
  // What a layer adds begins where the layers before it ended.
  CHECK(both.at("runs")[3].at("residual_before") != alone.at("runs")[1].at("residual_before"));
}

TEST_CASE("study gallery: dots are more of a style than a scene is") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "pictures");
  write_png(folder / "pictures/scene.png", contrive("scene", 48, 48, 1), 8);
  write_png(folder / "pictures/dots.png", contrive("dots", 48, 48, 1), 8);
  write_png(folder / "pictures/circle.png", contrive("circle", 48, 48, 1), 8);
  const nlohmann::json numbers =
      study(folder, {"study", "gallery", "--versus", "dots", "circle", "pictures", "--style-layers",
                     "conv1_1,conv2_1", "--iterations", "30"});
  const nlohmann::json& runs = numbers.at("runs");
  REQUIRE(runs.size() == 3);
  CHECK(runs[0].at("image") == "dots");
  CHECK(runs[0].at("structure") <= runs[1].at("structure"));
  CHECK(runs[1].at("structure") <= runs[2].at("structure"));
  for (const nlohmann::json& run : runs) {
    if (run.at("image") != "circle") continue;
    // A disc: as much between rows as between columns.
    const nlohmann::json& original = run.at("original");
    CHECK(original.at("dark_share") > 0.1);
    CHECK(original.at("row_bands") > 0.2);
    CHECK(original.at("row_bands").get<double>() ==
          doctest::Approx(original.at("column_bands").get<double>()).epsilon(0.1));
    CHECK(run.at("texture") != original);
  }
  CHECK(numbers.at("images").size() == 3);
  const Outcome unknown = run_tool(folder, {"study", "gallery", "pictures", "--versus", "dots",
                                            "boat", "-o", "other", "--weights", "synthetic"});
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.err.find("'boat'") != std::string::npos);
}

TEST_CASE("compare: every combination, labelled") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const nlohmann::json numbers = study(
      folder, {"compare", "content.png", "style.png", "--vary", "gram=raw,both", "--vary", "tv=0,1",
               "--style-layers", "conv1_1", "--content-layers", "conv1_1", "--iterations", "10"});
  const nlohmann::json& runs = numbers.at("runs");
  REQUIRE(runs.size() == 4);
  CHECK(runs[1].at("settings") == nlohmann::json{{"gram", "both"}, {"tv", "0"}});
  CHECK(runs[2].at("settings") == nlohmann::json{{"gram", "raw"}, {"tv", "1"}});
  CHECK(runs[1].at("tv") == 0);
  CHECK(runs[2].at("tv") > 0);
  CHECK(runs[0].contains("ssim"));
  CHECK(fs::exists(folder / "out/pictures/gram-both-tv-1.png"));
}

TEST_CASE("compare: values with commas, and other weights") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome outcome =
      run_tool(folder, {"compare", "style.png", "--vary", "style-layers=conv1_1;conv1_1,conv1_2",
                        "--vary", "weights=synthetic:1,synthetic:2", "--iterations", "5", "--size",
                        "24", "-o", "out", "--quiet"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.err.empty());
  const nlohmann::json runs = read_json(folder / "out/study.json").at("runs");
  REQUIRE(runs.size() == 4);
  CHECK(runs[0].at("weights") != runs[2].at("weights"));
  CHECK_FALSE(runs[0].contains("ssim"));
}

TEST_CASE("bad requests of studies are one sentence, and come before the work") {
  const TemporaryFolder folder;
  write_pictures(folder);
  fs::create_directory(folder / "empty");
  write_file(folder / "file", "in the way");
  const std::vector<Arguments> bad = {
      {"study", "content", "missing.png", "-o", "out"},
      {"study", "content", "empty", "-o", "out"},
      {"study", "content", "content.png", "-o", "file"},
      {"study", "content", "content.png", "-o", "no/such/folder"},
      {"study", "content", "content.png", "--layers", "conv9_9", "-o", "out"},
      {"study", "content", "content.png", "--iterations", "0", "-o", "out"},
      {"study", "content", "content.png", "--at-once", "-1", "-o", "out"},
      {"study", "content", "content.png"},
      {"study", "layers", "content.png", "--optimizer", "newton", "-o", "out"},
      {"study", "layers", "content.png", "--optimizer", "", "-o", "out"},
      {"study", "layers", "content.png", "--optimizer", "gd,gd", "-o", "out"},
      {"study", "content", "content.png", "--size", "0", "-o", "out"},
      {"study", "content", std::string(300, 'a'), "-o", "out"},
      {"study", "gram", "content.png", "--gram", "raw", "-o", "out"},
      {"study", "gram", "content.png", "--style-loss", "moments", "-o", "out"},
      {"study", "layers", "content.png", "--style-loss", "moments", "-o", "out"},
      {"study", "nothing"},
      {"study"},
      {"compare", "content.png", "--vary", "gram", "-o", "out"},
      {"compare", "content.png", "--vary", "nothing=1", "-o", "out"},
      {"compare", "content.png", "--vary", "help=1", "-o", "out"},
      {"compare", "content.png", "--vary", "gram=raw,blue", "-o", "out"},
      {"compare", "content.png", "--vary", "iterations=1,x", "-o", "out"},
      {"compare", "style.png", "--vary", "gram=raw,both", "--content-mask", "luma:0-1", "-o",
       "out"},
      {"compare", "content.png", "-o", "out"}};
  for (const Arguments& arguments : bad) {
    CAPTURE(arguments);
    const Outcome outcome = run_tool(folder, arguments);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err.rfind("vggstyle: error: ", 0) == 0);
    CHECK(count_lines(outcome.err) == 1);
  }
}

TEST_CASE("what cannot be measured, or would be overwritten, is found before the first picture") {
  const TemporaryFolder folder;
  write_pictures(folder);
  fs::create_directories(folder / "own/pictures");
  write_png(folder / "own/pictures/mine.png", contrive("dots", 20, 20, 1), 8);
  write_png(folder / "own/sheet.png", contrive("dots", 20, 20, 1), 8);
  const std::string mine = read_file(folder / "own/pictures/mine.png");
  write_png(folder / (std::string(245, 'n') + ".png"), contrive("dots", 20, 20, 1), 8);
  const Arguments small = {"--weights", "synthetic", "--iterations", "3", "--at-once", "1"};
  const std::vector<Arguments> bad = {
      // The measures of a study need deeper layers than its textures.
      {"study", "gram", "style.png", "--size", "8", "--style-layers", "conv1_1", "-o", "out"},
      {"study", "gallery", "style.png", "--size", "4", "--style-layers", "conv1_1", "-o", "out"},
      {"study", "content", "style.png", "--size", "8", "--layers", "conv1_1,conv5_1", "-o", "out"},
      {"compare", "style.png", "--size", "8", "--vary", "style-layers=conv1_1,conv5_1", "-o",
       "out"},
      {"study", "gallery", "own/pictures", "--style-layers", "conv1_1", "-o", "own"},
      {"study", "gallery", "own/sheet.png", "--style-layers", "conv1_1", "-o", "own"},
      {"study", "gram", std::string(245, 'n') + ".png", "--style-layers", "conv1_1", "-o", "out"}};
  for (const Arguments& arguments : bad) {
    CAPTURE(arguments);
    const Outcome outcome = run_tool(folder, arguments + small);
    CHECK(outcome.exit_code == 2);
    CHECK(count_lines(outcome.err) == 1);
    CHECK_FALSE(fs::exists(folder / "out/pictures"));
  }
  CHECK(read_file(folder / "own/pictures/mine.png") == mine);
}

TEST_CASE("a study can be written to the working folder, with settings of any length") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::string weight = "0." + std::string(120, '0') + "1";
  const std::string layers = "conv1_1:" + weight + ",conv1_2:" + weight;
  const Outcome outcome =
      run_tool(folder, {"compare", "style.png", "--vary", "style-layers=" + layers + ";conv1_1",
                        "--size", "16", "--iterations", "2", "--weights", "synthetic", "-o", "."});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(read_json(folder / "study.json").at("runs")[0].at("settings").at("style-layers") == layers);
}

TEST_CASE("a machine without fonts is found before the work") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_file(folder / "no_fonts.conf", "<?xml version=\"1.0\"?><fontconfig></fontconfig>");
  ::setenv("FONTCONFIG_FILE", (folder / "no_fonts.conf").c_str(), 1);
  const Outcome outcome =
      run_tool(folder, small_content() + Arguments{"-o", "out", "--weights", "synthetic"});
  ::unsetenv("FONTCONFIG_FILE");
  CHECK(outcome.exit_code == 2);
  CHECK(count_lines(outcome.err) == 1);
  CHECK_FALSE(fs::exists(folder / "out/pictures"));
}

TEST_CASE("study gallery: the same picture again is no unrelated picture") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const nlohmann::json numbers =
      study(folder, {"study", "gallery", "style.png", "style.png", "style.png", "--style-layers",
                     "conv1_1", "--iterations", "3", "--size", "24"});
  for (const auto& run : numbers.at("runs")) CHECK(run.at("structure").is_number());
}

TEST_CASE("study gram: where all modes are as near, none is nearest") {
  const TemporaryFolder folder;
  write_png(folder / "grey.png", contrive("halves", 24, 24, 1), 8);
  const nlohmann::json numbers = study(
      folder, {"study", "gram", "grey.png", "--style-layers", "pixels", "--iterations", "30"});
  std::set<double> errors;
  for (std::size_t mode = 0; mode < 3; ++mode) {  // of Gram matrices
    errors.insert(numbers.at("runs")[mode].at("purple_share_error").get<double>());
  }
  REQUIRE(errors.size() == 1);
  for (const auto& count : numbers.at("nearest").at("purple_share_error")) CHECK(count == 0);
}

TEST_CASE("a study takes what is there, and makes again what other settings made") {
  const TemporaryFolder folder;
  write_pictures(folder);
  study(folder, small_content());
  const std::string kept = folder / "out/pictures/content-conv1_1.png";
  const std::string lost = folder / "out/pictures/content-conv2_1.png";
  const auto pixels = read_picture(lost).rgb;
  const auto time = fs::last_write_time(kept);
  const auto numbers = read_json(folder / "out/study.json").at("runs");

  fs::remove(lost);
  CHECK(study(folder, small_content()).at("runs") == numbers);
  CHECK(fs::last_write_time(kept) == time);
  CHECK(read_picture(lost).rgb == pixels);

  write_file(folder / "out/pictures/content-conv2_1.json", "{\"made_with\": ");
  CHECK(study(folder, small_content()).at("runs") == numbers);

  fs::copy_file(kept, lost, fs::copy_options::overwrite_existing);  // another one of ours
  CHECK(study(folder, small_content()).at("runs") == numbers);
  CHECK(read_picture(lost).rgb == pixels);

  study(folder, small_content() + Arguments{"--seed", "1"});
  CHECK(read_picture(kept).rgb != read_picture(lost).rgb);
  CHECK(fs::last_write_time(kept) != time);
}

TEST_CASE("how many pictures are made at once changes nothing") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto one = study(folder, small_content() + Arguments{"--at-once", "1", "--threads", "2"});
  const auto pixels = read_picture(folder / "out/pictures/content-conv2_1.png").rgb;
  fs::remove_all(folder / "out");
  const auto two = study(folder, small_content() + Arguments{"--at-once", "2", "--threads", "2"});
  CHECK(one.at("runs") == two.at("runs"));
  CHECK(read_picture(folder / "out/pictures/content-conv2_1.png").rgb == pixels);
}

TEST_CASE("Ctrl-C keeps what is done, and the same command goes on") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Arguments arguments = {"study",
                               "content",
                               "content.png",
                               "--layers",
                               "conv1_1,conv1_2,conv5_1",
                               "--iterations",
                               "40",
                               "--size",
                               "40",
                               "--at-once",
                               "1",
                               "--weights",
                               "synthetic",
                               "-o",
                               "out"};
  ToolProcess tool(folder, arguments);
  const std::string first = folder / "out/pictures/content-conv1_1.json";
  for (int i = 0; i < 2000 && !fs::exists(first); ++i) ::usleep(5000);
  REQUIRE(fs::exists(first));
  ::kill(tool.pid(), SIGINT);
  const Outcome stopped = tool.wait();
  CHECK(stopped.exit_code == 130);
  CHECK(stopped.err.find("of 3 pictures made; run the same command again to make the rest") !=
        std::string::npos);
  CHECK_FALSE(fs::exists(folder / "out/study.json"));
  const auto time = fs::last_write_time(first);

  const Outcome outcome = run_tool(folder, arguments);
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.err.find("more are there") != std::string::npos);
  CHECK(fs::last_write_time(first) == time);
  CHECK(read_json(folder / "out/study.json").at("runs").size() == 3);
}

}  // namespace
}  // namespace vggstyle::test
