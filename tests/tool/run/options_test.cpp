// Each option does something that can be seen.

#include <doctest/doctest.h>

#include "tests/tool/support.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

/// The pixels of a run with `more`.
std::vector<float> pixels(const TemporaryFolder& folder, const Arguments& more) {
  picture_bytes(folder, small_transfer() + Arguments{"--quiet"} + more);
  return read_picture(folder / "out.png").rgb;
}

/// Each alternative gives other pixels than the default and than the one before it.
void check_each_differs(const std::vector<Arguments>& alternatives) {
  const TemporaryFolder folder;
  write_pictures(folder);
  std::vector<float> before = pixels(folder, {});
  for (const Arguments& more : alternatives) {
    CAPTURE(more);
    const std::vector<float> now = pixels(folder, more);
    CHECK(now != before);
    before = now;
  }
}

TEST_CASE("what is minimised changes the picture") {
  check_each_differs({{"--gram", "raw"},
                      {"--gram", "centered"},
                      {"--style-loss", "moments"},
                      {"--style-loss", "wasserstein"},
                      {"--pooling", "avg"},
                      {"--pooling", "l2"},
                      {"--padding", "reflect"},
                      {"--padding", "replicate"},
                      {"--padding", "circular"},
                      {"--tv-weight", "1"},
                      {"--tv-weight", "1", "--tv-kind", "absolute"},
                      {"--tv-weight", "1", "--tv-kind", "isotropic"},
                      {"--content-weight", "1"},
                      {"--style-weight", "0.01"},
                      {"--normalization", "neural-style", "--init", "content"}});
}

TEST_CASE("the network's settings change the picture") {
  check_each_differs(
      {{"--preprocessing", "torch"}, {"--model", "vgg19"}, {"--gram", "raw", "--model", "vgg19"}});
}

TEST_CASE("the optimiser changes the picture") {
  check_each_differs({{"--optimizer", "adam"},
                      {"--optimizer", "adam", "--learning-rate", "1"},
                      {"--optimizer", "gd"},
                      {"--history", "1"},
                      {"--preconditioner", "none"},
                      {"--scales", "2"}});
}

TEST_CASE("the start changes the picture") {
  check_each_differs({{"--init", "noise"},
                      {"--init", "noise", "--seed", "1"},
                      {"--init", "style"},
                      {"--init", "content"}});
}

TEST_CASE("the colours change the picture") {
  check_each_differs({{"--color", "content"},
                      {"--color", "luminance"},
                      {"--color", "match"},
                      {"--color", "match-cholesky"},
                      {"--color", "only"}});
}

TEST_CASE("the styles' size changes the picture") {
  check_each_differs({{"--style-size", "24"}, {"--style-scale", "0.5"}});
}

TEST_CASE("a start from a file is that file") {
  const TemporaryFolder folder;
  write_pictures(folder);
  CHECK(pixels(folder, {"--init", "content"}) == pixels(folder, {"--init", "content.png"}));
}

TEST_CASE("layers are named in three ways") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto with = [&](const char* layers) {
    picture_bytes(folder, {"texture", "style.png", "--weights", "synthetic", "--iterations", "3",
                           "--style-layers", layers});
    return read_picture(folder / "out.png").rgb;
  };
  const auto caffe = with("conv1_2,conv2_1:0.5");
  CHECK(caffe == with("block1_conv2,block2_conv1:0.5"));
  CHECK(caffe == with("2,3:0.5"));
  CHECK(caffe != with("2,3"));
}

TEST_CASE(
    "where a transfer's content is told by default follows the weights and the normalization") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto content_layers = [&](const Arguments& more) {
    const Outcome outcome =
        run_tool(folder, Arguments{"transfer", "content.png", "style.png", "--size", "32",
                                   "--iterations", "1", "--log", "run.jsonl", "--threads", "1"} +
                             more);
    INFO(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    return read_log(folder / "run.jsonl").front().at("content_layers");
  };
  const auto is = [](const char* layer) {
    return [layer](const auto& layers) { return layers.size() == 1 && layers.contains(layer); };
  };
  const std::string house = VGGSTYLE_HOUSE_WEIGHTS;
  CHECK(is("conv2_2")(content_layers({"--weights", house})));
  CHECK(is("conv4_2")(content_layers({"--weights", "synthetic"})));
  CHECK(is("conv4_2")(content_layers({"--weights", house, "--normalization", "gatys"})));
  CHECK(is("conv3_3")(content_layers({"--weights", house, "--content-layers", "conv3_3"})));
}

TEST_CASE("size is the longest side") {
  const TemporaryFolder folder;
  write_pictures(folder);
  for (const int size : {20, 60}) {
    picture_bytes(folder, small_transfer() + Arguments{"--size", std::to_string(size)});
    const Picture picture = read_picture(folder / "out.png");
    CHECK(picture.width == size);
    CHECK(picture.height == size * 3 / 4);
  }
}

TEST_CASE("several styles blend by their weights") {
  const TemporaryFolder folder;
  write_pictures(folder);
  Arguments two = small_transfer();
  two.insert(two.begin() + 3, "content.png");  // a second style
  const auto blended = [&](const char* blend) {
    picture_bytes(folder, two + Arguments{"--style-blend", blend});
    return read_picture(folder / "out.png").rgb;
  };
  CHECK(blended("1,0") == pixels(folder, {}));
  const auto even = blended("1,1");
  CHECK(even == blended("2,2"));
  CHECK(even != blended("1,3"));
}

}  // namespace
}  // namespace vggstyle::test
