// What resume refuses: to go on with something else than what the run began with.

#include <doctest/doctest.h>

#include "kernels/cpu_kernels.h"
#include "tests/reliability/shell.h"
#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/write.h"
#include "tools/session/checkpoint/seal.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

/// A run of two regions that has left c.h5, which must not be touched by what is refused.
class Stopped {
 public:
  Stopped() {
    write_pictures(folder);
    write_small_weights(folder / "w.h5");
    write_png(folder / "init.png", contrive("clouds", 40, 30, 3), 8);
    write_png(folder / "mask.png", contrive("halves", 40, 30, 3), 8);
    fs::create_directory(folder / "styles");
    fs::copy_file(folder / "style.png", folder / "styles/a.png");
    const Outcome outcome = run_tool(
        folder,
        {"transfer", "content.png",      "styles",  "--weights",      "w.h5",     "--style-layers",
         "conv1_1",  "--content-layers", "conv1_1", "--content-mask", "mask.png", "--init",
         "init.png", "--iterations",     "4",       "--checkpoint",   "c.h5",     "-o",
         "out.png",  "--threads",        "1"});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    fs::remove(folder / "out.png");
  }

  void check(const Arguments& more, const std::string& expected) const {
    const std::string before = read_file(folder / "c.h5");
    check_refused(folder, Arguments{"resume", "c.h5", "--quiet"} + more, expected);
    CHECK(read_file(folder / "c.h5") == before);
    CHECK_FALSE(fs::exists(folder / "out.png"));
  }

  /// What the checkpoint says, with other text of the same length.
  void say(const std::string& instead_of, const std::string& text) const {
    std::string bytes = read_file(folder / "c.h5");
    const std::size_t at = bytes.find(instead_of);
    REQUIRE(at != std::string::npos);
    REQUIRE(text.size() == instead_of.size());
    bytes.replace(at, text.size(), text);
    write_file(folder / "c.h5", bytes.substr(0, bytes.rfind("vggstyle checkpoint: ")));
    seal(folder / "c.h5", "c.h5");
  }

  const TemporaryFolder folder;
};

}  // namespace

TEST_CASE("an input that has changed is named") {
  const Stopped run;
  const auto inputs = {std::pair("content.png", "the content"),
                       std::pair("styles/a.png", "a style"), std::pair("mask.png", "a mask"),
                       std::pair("w.h5", "the weights"),
                       std::pair("init.png", "the picture of --init")};
  for (const auto& input : inputs) {
    const std::string path = run.folder / input.first;
    CAPTURE(path);
    const std::string whole = read_file(path);
    // What is behind the end of a picture changes nothing but the checksum.
    write_file(path, whole + "more");
    run.check({}, "cannot go on: '" + path + "', " + input.second + ", has changed");
    write_file(path, whole);
  }
  write_png(run.folder / "styles/b.png", contrive("dots", 36, 36, 2), 8);
  run.check({}, (run.folder / "styles/b.png") + "', a style, was not there when the run began");
  fs::remove(run.folder / "styles/b.png");
  fs::rename(run.folder / "styles/a.png", run.folder / "styles/c.png");
  run.check({}, (run.folder / "styles/a.png") + "', a style, is not there any more");
  fs::rename(run.folder / "styles/c.png", run.folder / "styles/a.png");
  fs::rename(run.folder / "content.png", run.folder / "away.png");
  run.check({}, "cannot go on: '" + (run.folder / "content.png") +
                    "', the content, is not there any more");
  fs::rename(run.folder / "away.png", run.folder / "content.png");
  const Outcome outcome = run_tool(run.folder, {"resume", "c.h5"});
  CHECK(outcome.exit_code == 0);
}

TEST_CASE("another version or precision is refused, another processor is told") {
  const Stopped run;
  run.say("\"software\":\"vggstyle 0", "\"software\":\"vggstyle 9");
  run.check({}, "c.h5' was written by vggstyle 9");
  run.say("\"software\":\"vggstyle 9", "\"software\":\"vggstyle 0");
  run.say("\"precision\":\"fp32\"", "\"precision\":\"bf16\"");
  run.check({}, "cannot go on: 'precision' of the run was \"bf16\" and would be \"fp32\" here");
  run.say("\"precision\":\"bf16\"", "\"precision\":\"fp32\"");
  run.say("\"processor\":\"", "\"processor\": ");
  run.check({}, "c.h5' is a checkpoint that cannot be read");
  run.say("\"processor\": ", "\"processor\":\"");
  CHECK(run_tool(run.folder, {"resume", "c.h5"}).err.find("the run began on") == std::string::npos);
  run.say("(AVX", "(XVA");
  const Outcome outcome = run_tool(run.folder, {"resume", "c.h5"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err.find("the run began on ") != std::string::npos);
  CHECK(outcome.err.find(": the picture may differ in last bits\n") != std::string::npos);
}

TEST_CASE("a run goes on with the kernels that it began with, where the processor has them") {
  const CpuKernels &best = best_cpu_kernels(), &other = *usable_cpu_kernels().back();
  const auto entry = [&best](const std::string& word) {
    std::string text = "\"instructions\":\"" + word + "\"";
    text.resize(std::string("\"instructions\":\"\"").size() + std::string(best.word).size(), ' ');
    return text;
  };
  const Stopped run;
  run.say(entry(best.word), entry(other.word));
  const std::string told = run_tool(run.folder, {"resume", "c.h5"}).err;
  CHECK((told.find(std::string("(") + other.name + "): the picture may differ") !=
         std::string::npos) == (&other != &best));

  const Stopped elsewhere;
  elsewhere.say(entry(best.word), entry("mmx"));
  const Outcome outcome = run_tool(elsewhere.folder, {"resume", "c.h5"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err.find("the run began on") == std::string::npos);
}

TEST_CASE("what a run has had cannot be taken back") {
  const Stopped run;
  run.check({"--iterations", "1"}, "--iterations 1: the run has had 4 already");
  run.check({"--output", "mask.png"}, "mask.png");
  run.check({"--output", "c.h5"}, "c.h5");
  run.check({"--threads", "-1"}, "threads");
}

TEST_CASE("gradient descent and --scales plan by the number of evaluations") {
  for (const Arguments& kind : {Arguments{"--optimizer", "gd"}, Arguments{"--scales", "2"}}) {
    const TemporaryFolder folder;
    write_pictures(folder);
    write_small_weights(folder / "w.h5");
    const Outcome outcome =
        run_tool(folder, Arguments{"texture", "style.png", "--weights", "w.h5", "--style-layers",
                                   "conv1_1", "--iterations", "3", "--checkpoint", "c.h5"} +
                             kind);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    check_refused(folder, {"resume", "c.h5", "--quiet", "--iterations", "9"},
                  "--iterations: the steps of gradient descent, and the sizes of --scales");
    CHECK(run_tool(folder, {"resume", "c.h5"}).exit_code == 0);
  }
}

TEST_CASE("what is no checkpoint is called that") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_small_weights(folder / "w.h5");
  check_refused(folder, {"resume", "style.png"}, "style.png' is not a checkpoint, or was cut off");
  check_refused(folder, {"resume", "w.h5"}, "w.h5' is not a checkpoint, or was cut off");
  check_refused(folder, {"resume", "none.h5"}, "none.h5");
  check_refused(folder, {"resume"}, "FILE");
}

TEST_CASE("options of checkpoints that cannot be meant are refused") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_file(folder / "letter.txt", "Dear reader");
  const auto refused = [&](const Arguments& more, const std::string& expected) {
    check_refused(folder, small_transfer() + Arguments{"-o", "out.png"} + more, expected);
  };
  refused({"--checkpoint", "none", "--checkpoint-every", "5"},
          "--checkpoint-every: --checkpoint none asks for none");
  refused({"--checkpoint-every", "-1"}, "checkpoint-every");
  refused({"--checkpoint", "letter.txt"}, "'letter.txt' is there and is not a checkpoint");
  refused({"--checkpoint", "style.png"}, "'style.png' is there and is not a checkpoint");
  refused({"--checkpoint", "out.png"}, "out.png");
  refused({"--checkpoint", "no/c.h5"}, "no");
  CHECK(read_file(folder / "letter.txt") == "Dear reader");
  CHECK(folder.files() == std::vector<std::string>{"content.png", "letter.txt", "style.png"});
}

TEST_CASE("what came through a pipe cannot be read again, and needs no checkpoint") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_small_weights(folder / "w.h5");
  const std::string run =
      "cat content.png | \"$vggstyle\" transfer /dev/stdin style.png --weights w.h5 --style-layers "
      "conv1_1 --content-layers conv1_1 "
      "--iterations 3 -o out.png";
  const Outcome plain = run_shell(folder, run);
  CHECK_MESSAGE(plain.exit_code == 0, plain.err);
  fs::remove(folder / "out.png");
  const Outcome refused = run_shell(folder, run + " --checkpoint c.h5");
  CHECK(refused.exit_code == 2);
  CHECK(count_lines(refused.err) == 1);
  CHECK(refused.err.find("--checkpoint: '/dev/stdin', the content, is not a file that can be read "
                         "again") != std::string::npos);
  CHECK_FALSE(fs::exists(folder / "out.png"));
}

TEST_CASE("neural-style has checkpoints where they are asked for") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_small_weights(folder / "w.h5");
  const Outcome outcome = run_tool(
      folder, {"neural-style", "-content_image", "content.png", "-style_image", "style.png",
               "-model_file", "w.h5", "-content_layers", "relu1_1", "-style_layers", "relu1_1",
               "-num_iterations", "3", "-gpu", "c", "-image_size", "40", "-checkpoint", "c.h5"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  const std::string whole = read_file(folder / "out.png");
  fs::remove(folder / "out.png");
  CHECK(run_tool(folder, {"resume", "c.h5"}).exit_code == 0);
  CHECK(read_file(folder / "out.png") == whole);
}

TEST_CASE("--checkpoint-every alone has checkpoints beside the output") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome outcome =
      run_tool(folder, small_transfer() + Arguments{"-o", "out.png", "--checkpoint-every", "2"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(fs::exists(folder / "out.checkpoint.h5"));
}

}  // namespace vggstyle::test
