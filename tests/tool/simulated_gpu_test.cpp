// The tool on a simulated GPU: what the CPU computed is validated there, and a run ends in a
// picture.

#include <doctest/doctest.h>

#include "tests/tool/support.h"

namespace vggstyle::test {
namespace {

Outcome run_well(const TemporaryFolder& folder, const Arguments& arguments) {
  const Outcome outcome = run_tool(folder, arguments);
  CHECK_MESSAGE(outcome.exit_code == 0, outcome.out, outcome.err);
  return outcome;
}

TEST_CASE("simulated GPU: validate agrees with the CPU, both networks in every Gram mode") {
  const TemporaryFolder folder;
  write_pictures(folder);
  struct Case {
    const char *model, *gram, *layers, *precision;
  };
  for (const Case& c : {Case{"vgg16", "both", "conv1_1,conv4_1", "fp32"},
                        Case{"vgg19", "raw", "conv1_2,conv3_4", "fp16"},
                        Case{"vgg16", "centered", "pixels,conv2_2", "tf32"}}) {
    CAPTURE(c.precision);
    run_well(folder, Arguments{"evaluate", "style.png", "--content", "content.png", "--style",
                               "content.png", "--content-layers", "conv2_2"} +
                         Arguments{"--style-layers", c.layers, "--gram", c.gram, "--model", c.model,
                                   "--tv-weight", "0.1", "--weights", "synthetic"} +
                         Arguments{"--size", "17", "--device", "cpu", "-o", "reference.h5"});
    const Outcome outcome = run_well(
        folder, {"validate", "reference.h5", "--device", "cuda:0", "--precision", c.precision});
    CHECK(has(outcome.out, std::string("simulated GPU of capability 8.0, ") + c.precision));
    CHECK(!has(outcome.out, "FAILED"));
  }
  // What is still there, with the libraries' products.
  const Outcome outcome = run_well(folder, {"validate", "reference.h5", "--precision", "fp16",
                                            "--conv", "cudnn", "--gram-product", "cublas"});
  CHECK(!has(outcome.out, "FAILED"));
  const Outcome refused = run_tool(
      folder, {"validate", "reference.h5", "--precision", "fp32", "--gram-product", "cublas"});
  CHECK(refused.exit_code == 2);
  CHECK(has(refused.err, "leave --gram-product cublas out"));
}

TEST_CASE("simulated GPU: validate notices another loss") {
  const TemporaryFolder folder;
  write_pictures(folder);
  run_well(folder, {"evaluate", "content.png", "--style", "style.png", "--style-layers", "conv1_1",
                    "--weights", "synthetic", "--size", "17", "--device", "cpu", "-o", "r.h5"});
  REQUIRE(run_tool(folder, {"contrive", "dots", "--size", "32", "-o", "style.png"}).exit_code == 0);
  const Outcome outcome = run_tool(folder, {"validate", "r.h5", "--precision", "bf16"});
  CHECK(outcome.exit_code == 3);
  CHECK(has(outcome.out, "FAILED"));
}

TEST_CASE("simulated GPU: --device auto takes it, fast and plain kernels end in a picture") {
  const TemporaryFolder folder;
  write_pictures(folder);
  CHECK(has(run_well(folder, {"devices"}).out, "simulated GPU of capability 8.0"));
  for (const char* kernels : {"fast", "plain"}) {
    const Outcome outcome =
        run_well(folder, {"texture", "style.png", "--style-layers", "conv1_1", "--weights",
                          "synthetic", "--size", "12", "--iterations", "4", "--kernels", kernels,
                          "-o", std::string(kernels) + ".png"});
    CHECK(has(outcome.err, "simulated GPU"));
  }
  CHECK(folder.files().size() == 4);
  const Outcome refused = run_tool(folder, {"texture", "style.png", "--device", "cuda:1"});
  CHECK(refused.exit_code == 2);
  CHECK(count_lines(refused.err) == 1);
}

TEST_CASE("simulated GPU: a run goes on from its checkpoint, in fp32 and in units of fp16") {
  const TemporaryFolder folder;
  write_pictures(folder);
  for (const char* precision : {"fp32", "fp16"}) {
    const auto run = [&](const char* iterations) {
      run_well(folder, {"texture",
                        "style.png",
                        "--style-layers",
                        "conv1_1",
                        "--weights",
                        "synthetic",
                        "--size",
                        "12",
                        "--history",
                        "2",
                        "--precision",
                        precision,
                        "--iterations",
                        iterations,
                        "--checkpoint",
                        "c.h5",
                        "--checkpoint-every",
                        "1",
                        "-o",
                        "out.png"});
      return read_file(folder / "out.png");
    };
    const std::string whole = run("7");
    CHECK(run("3") != whole);
    run_well(folder, {"resume", "c.h5", "--iterations", "7"});
    CHECK(read_file(folder / "out.png") == whole);
  }
}

TEST_CASE("simulated GPU: a batch makes one picture at a time") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Arguments batch =
      Arguments{"batch", "--contents", "content.png", "style.png", "--styles", "style.png"} +
      Arguments{"--style-layers", "conv1_1", "--content-layers", "conv1_1", "--size", "16"} +
      Arguments{"--weights", "synthetic", "--iterations", "2", "--device", "cuda", "-o", "out"};
  CHECK(has(run_well(folder, batch).err, "2 pictures, 1 at once"));
  check_refused(folder, batch + Arguments{"--seed", "1", "--at-once", "2"},
                "--at-once: a GPU makes one picture at a time");
}

}  // namespace
}  // namespace vggstyle::test
