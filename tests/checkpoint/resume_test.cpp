// vggstyle resume: what it goes on with, and that the end is the same.

#include <doctest/doctest.h>
#include <signal.h>

#include "tests/reliability/shell.h"
#include "tests/tool/support.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

std::size_t logged_steps(const TemporaryFolder& folder) {
  const std::string log = folder / "run.jsonl";
  return fs::exists(log) ? count_lines(read_file(log)) : 0;
}

Arguments small_run() {
  return {"transfer",       "content.png",      "style.png", "--weights", "w.h5",
          "--style-layers", "conv1_1",          "--threads", "1",         "-o",
          "out.png",        "--content-layers", "conv1_1"};
}

void write_inputs(const TemporaryFolder& folder) {
  write_pictures(folder);
  write_small_weights(folder / "w.h5");
}

std::string well(const TemporaryFolder& folder, const Arguments& arguments) {
  const Outcome outcome = run_tool(folder, arguments);
  CAPTURE(arguments);
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  return outcome.err;
}

/// How far the checkpoint beside out.png is, which has had more than one evaluation.
int saved_evaluations(const TemporaryFolder& folder) {
  const Outcome refused =
      run_tool(folder, {"resume", "out.checkpoint.h5", "--quiet", "--iterations", "1"});
  const std::string words = "has had ";
  const std::size_t at = refused.err.find(words);
  REQUIRE_MESSAGE(at != std::string::npos, refused.err);
  return std::stoi(refused.err.substr(at + words.size()));
}

/// The lines of run.jsonl without their times, which differ.
std::vector<nlohmann::json> untimed_log(const TemporaryFolder& folder) {
  std::vector<nlohmann::json> lines = read_log(folder / "run.jsonl");
  for (nlohmann::json& line : lines) line.erase("seconds");
  return lines;
}

}  // namespace

TEST_CASE("more evaluations than a run had lead where they would have led from the start") {
  const Arguments kinds[] = {{}, {"--history", "2"}, {"--optimizer", "adam", "--bits", "16"}};
  for (const Arguments& kind : kinds) {
    CAPTURE(kind);
    const TemporaryFolder folder;
    write_inputs(folder);
    const auto run = [&](const char* iterations, const char* output) {
      Arguments arguments =
          small_run() + kind +
          Arguments{"--iterations", iterations,           "--log", "run.jsonl", "--checkpoint",
                    "c.h5",         "--checkpoint-every", "1"};
      std::replace(arguments.begin(), arguments.end(), std::string("out.png"), std::string(output));
      well(folder, arguments);
    };
    run("20", "long.png");
    const auto log = untimed_log(folder);
    const std::string longer_log = read_file(folder / "run.jsonl");
    run("7", "out.png");
    // As if it had been killed far behind its checkpoint, in the middle of a line.
    write_file(folder / "run.jsonl", longer_log + "{\"evaluations\": 1");
    CHECK(fs::exists(folder / "c.h5"));  // it was asked for, and stays
    CHECK_FALSE(fs::exists(folder / "c.h5.previous"));
    const std::string whole = read_file(folder / "long.png");
    fs::remove(folder / "long.png");
    const std::string told =
        well(folder, {"resume", "c.h5", "--iterations", "20", "-o", "long.png", "--threads", "2"});
    CHECK(has(told, "going on after "));
    CHECK(has(told, "2 threads"));
    CHECK(has(told, " evaluations with: vggstyle transfer content.png style.png"));
    CHECK(read_file(folder / "long.png") == whole);
    CHECK(untimed_log(folder) == log);
    // And once more from there, quietly, from another folder.
    write_file(folder / "long.png", "");
    const Outcome again =
        run_shell(folder, "cd / && \"$vggstyle\" resume '" + (folder / "c.h5") + "' --quiet\n");
    CHECK(again.exit_code == 0);
    CHECK(again.err.empty());
    CHECK(read_file(folder / "long.png") == whole);
  }
}

TEST_CASE("Ctrl-C writes a last checkpoint and says how to go on") {
  const TemporaryFolder folder;
  write_inputs(folder);
  const Arguments run = small_run() + Arguments{"--iterations", "3000", "--optimizer", "adam"} +
                        Arguments{"--log", "run.jsonl", "--checkpoint", "c.h5"} +
                        Arguments{"--checkpoint-every", "1000000"};
  ToolProcess process(folder, run);
  wait_until([&] { return logged_steps(folder) >= 5; });
  ::kill(process.pid(), SIGINT);
  const Outcome outcome = process.wait();
  REQUIRE(outcome.exit_code == 130);
  CHECK(has(outcome.err, "interrupted, wrote out.png"));
  CHECK(has(outcome.err, "'vggstyle resume c.h5' goes on\n"));
  const auto before = untimed_log(folder);
  const int stopped_at = before.back().at("evaluations");
  const std::string told =
      well(folder, {"resume", "c.h5", "--iterations", std::to_string(stopped_at + 3)});
  CHECK(has(told, "going on after " + std::to_string(stopped_at) + " evaluations"));
  auto after = untimed_log(folder);
  REQUIRE(after.size() == before.size() + 3);
  after.resize(before.size());
  CHECK(after == before);
}

TEST_CASE("a run that is killed loses what it did since --checkpoint-every, no more") {
  const TemporaryFolder folder;
  write_inputs(folder);
  ToolProcess process(folder, small_run() + Arguments{"--iterations", "3000", "--optimizer"} +
                                  Arguments{"adam", "--log", "run.jsonl", "--checkpoint-every"} +
                                  Arguments{"1"});
  wait_until([&] { return logged_steps(folder) >= 6; });
  ::kill(process.pid(), SIGKILL);
  CHECK(process.wait().exit_code == 128 + SIGKILL);
  CHECK(saved_evaluations(folder) >= 5);
}

TEST_CASE("a run that will be long has checkpoints without being asked, and none at its end") {
  const Arguments ours =
      small_run() + Arguments{"--optimizer", "adam", "--size", "200", "--iterations", "1000000"};
  const Arguments theirs = {"neural-style",
                            "-content_image",
                            "content.png",
                            "-style_image",
                            "style.png",
                            "-image_size",
                            "200",
                            "-num_iterations",
                            "1000000",
                            "-model_file",
                            "w.h5",
                            "-content_layers",
                            "relu1_1",
                            "-style_layers",
                            "relu1_1",
                            "-optimizer",
                            "adam",
                            "-output_image",
                            "out.png",
                            "-gpu",
                            "c",
                            "-save_iter",
                            "0"};
  for (const Arguments& run : {ours, theirs}) {
    const TemporaryFolder folder;
    write_inputs(folder);
    ToolProcess process(folder, run);
    const std::string told = folder.path().string() + "-err";
    wait_until([&] { return fs::exists(told) && has(read_file(told), "over ten minutes"); });
    ::kill(process.pid(), SIGTERM);
    const Outcome outcome = process.wait();
    REQUIRE(outcome.exit_code == 130);
    CHECK(has(outcome.err,
              "\nthis will take over ten minutes: checkpoints go to 'out.checkpoint.h5', from "
              "which 'vggstyle resume out.checkpoint.h5' goes on after a stop; --checkpoint none "
              "keeps none\n"));
    CHECK(has(outcome.err, "'vggstyle resume out.checkpoint.h5' goes on\n"));
    CHECK(fs::exists(folder / "out.checkpoint.h5"));
    const std::string more = std::to_string(saved_evaluations(folder) + 2);
    well(folder, {"resume", "out.checkpoint.h5", "--iterations", more});
    CHECK(folder.files() ==
          std::vector<std::string>{"content.png", "out.png", "style.png", "w.h5"});
  }
}

TEST_CASE("a damaged checkpoint costs a line, not the run") {
  const TemporaryFolder folder;
  write_inputs(folder);
  well(folder, small_run() + Arguments{"--iterations", "9", "--checkpoint", "c.h5"});
  const std::string whole = read_file(folder / "out.png");
  const std::string checkpoint = read_file(folder / "c.h5");
  fs::rename(folder / "c.h5", folder / "c.h5.previous");
  write_file(folder / "c.h5", checkpoint.substr(0, checkpoint.size() / 2));
  fs::remove(folder / "out.png");
  const std::string told = well(folder, {"resume", "c.h5"});
  CHECK(has(told, "c.h5' is not a checkpoint, or was cut off; taking the one before, '"));
  CHECK(read_file(folder / "out.png") == whole);
}

TEST_CASE("a checkpoint that cannot be written is told, and the run goes on") {
  const TemporaryFolder folder;
  write_inputs(folder);
  // At most 128 KB a file: a picture fits, a state of 20 pairs does not. Of a file that it could not write, the HDF5
  // library forgets 2 KB.
  const Outcome outcome = run_shell(
      folder,
      "export ASAN_OPTIONS=detect_leaks=0\nulimit -f 256\n\"$vggstyle\" transfer content.png "
      "style.png --weights w.h5 --style-layers "
      "conv1_1 --content-layers conv1_1 --iterations 30 --checkpoint c.h5 --checkpoint-every 20 "
      "-o out.png --threads 1\n");
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 0);
  CHECK(has(outcome.err, "warning: "));
  CHECK(has(outcome.err, "'c.h5'"));
  CHECK(has(outcome.err, "the run goes on without this checkpoint"));
  CHECK(fs::exists(folder / "out.png"));
  check_nothing_left(folder);
  CHECK_FALSE(fs::exists(folder / "c.h5.new"));
}

}  // namespace vggstyle::test
