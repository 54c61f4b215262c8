// neural-style: each of its options against the option of transfer that it stands for.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/tool/support.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

struct ScriptPictures {
  ScriptPictures() { write_pictures(folder); }

  std::vector<float> run(const Arguments& arguments) const {
    const Outcome outcome = run_tool(folder, arguments);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return read_picture(folder / "out.png").rgb;
  }
  /// A few evaluations in small layers, with `more`.
  std::vector<float> theirs(const Arguments& more, const std::string& save_iter = "0") const {
    return run(Arguments{"neural-style", "-content_image", "content.png", "-model_file",
                         "synthetic", "-content_layers", "relu2_1", "-style_layers",
                         "relu1_1,relu2_1", "-image_size", "40", "-num_iterations", "6",
                         "-save_iter", save_iter, "-print_iter", "0", "-gpu", "c"} +
               more);
  }
  std::vector<float> ours(const Arguments& more, const std::string& content_weight = "5") const {
    return run(Arguments{"transfer",
                         "content.png",
                         "style.png",
                         "--normalization",
                         "neural-style",
                         "--weights",
                         "synthetic",
                         "--content-layers",
                         "conv2_1",
                         "--style-layers",
                         "conv1_1,conv2_1",
                         "--size",
                         "40",
                         "--style-size",
                         "40",
                         "--iterations",
                         "6",
                         "--device",
                         "cpu",
                         "--quiet",
                         "--content-weight",
                         content_weight,
                         "-o",
                         "out.png"} +
               more);
  }

  TemporaryFolder folder;
};

TEST_CASE("neural-style: every option is one of transfer's") {
  const ScriptPictures p;
  const Arguments style{"-style_image", "style.png"};
  const auto plain = p.ours({});
  CHECK(p.theirs(style) == plain);
  const std::vector<std::pair<Arguments, Arguments>> pairs = {
      {{"-style_weight", "7"}, {"--style-weight", "7"}},
      {{"-tv_weight", "1"}, {"--tv-weight", "1"}},
      {{"-init", "image"}, {"--init", "content"}},
      {{"-init", "image", "-init_image", "style.png"}, {"--init", "style.png"}},
      {{"-optimizer", "adam"}, {"--optimizer", "adam", "--learning-rate", "1"}},
      {{"-optimizer", "adam", "-learning_rate", "3"},
       {"--optimizer", "adam", "--learning-rate", "3"}},
      {{"-lbfgs_num_correction", "1"}, {"--history", "1"}},
      {{"-style_scale", "0.5"}, {"--style-scale", "0.5"}},
      {{"-original_colors", "1"}, {"--color", "content"}},
      {{"-pooling", "avg"}, {"--pooling", "avg"}},
      {{"-seed", "3"}, {"--seed", "3"}}};
  for (const auto& pair : pairs) {
    CAPTURE(pair.first);
    const auto expected = p.ours(pair.second);
    CHECK(expected != plain);
    CHECK(p.theirs(style + pair.first) == expected);
  }
  CHECK(p.theirs(style + Arguments{"-init_image", "style.png"}) == plain);  // without -init image
  CHECK(p.theirs(style + Arguments{"-content_weight", "9"}) == p.ours({}, "9"));
}

TEST_CASE("neural-style: several styles, two dashes, and what has no effect") {
  const ScriptPictures p;
  const auto expected = p.run({"transfer",         "content.png",
                               "style.png",        "content.png",
                               "--style-blend",    "2,1",
                               "--normalization",  "neural-style",
                               "--weights",        "synthetic",
                               "--content-layers", "conv2_1",
                               "--style-layers",   "conv1_1,conv2_1",
                               "--size",           "40",
                               "--style-size",     "40",
                               "--iterations",     "6",
                               "--quiet",          "-o",
                               "out.png"});
  CHECK(p.theirs({"--style_image", "style.png,content.png", "-style_blend_weights", "2,1",
                  "-backend", "cudnn", "-cudnn_autotune", "-proto_file", "x.prototxt",
                  "-model_type", "caffe", "-disable_check"}) == expected);
}

TEST_CASE("neural-style: pictures on the way, and what cannot be done") {
  const ScriptPictures p;
  p.theirs({"-style_image", "style.png"}, "3");
  CHECK(std::filesystem::exists(p.folder / "out-0003.png"));
  const Arguments base{"neural-style", "-content_image",  "content.png",
                       "-style_image", "style.png",       "-model_file",
                       "synthetic",    "-num_iterations", "2"};
  const auto refused = [&](const Arguments& more, const std::string& because) {
    check_refused(p.folder, base + more, because);
  };
  refused({"-normalize_gradients"}, "--normalize_gradients is not implemented");
  refused({"-init", "noise"}, "use random or image");
  refused({"-image_size", "0"}, "--image_size must be");
  refused({"-gpu", "banana"}, "--gpu banana: use c, -1");
  refused({"-optimizer", "gd"}, "--optimizer gd: use lbfgs or adam");
  refused({"-style_blend_weights", "1,2"}, "--style_blend_weights");
  refused({"-style_layers", "fc6"}, "fc6");
  refused({"-style_imag", "x"}, "--style_imag");
  const Outcome other = run_tool(
      p.folder, {"neural-style", "-content_image", "content.png", "-style_image", "style.png",
                 "-model_file", "vgg.caffemodel", "-num_iterations", "1", "-image_size", "32"});
  CHECK(other.exit_code == 0);
  CHECK(other.err.find("'vgg.caffemodel' is not an HDF5 file") != std::string::npos);
}

}  // namespace
}  // namespace vggstyle::test
