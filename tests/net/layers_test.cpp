#include "net/layers.h"

#include <doctest/doctest.h>

#include "net/weights.h"
#include "runtime/error.h"

using namespace vggstyle;

TEST_CASE("the tables are the paper's configurations D and E") {
  const auto& d = conv_layers(Model::kVgg16);
  const auto& e = conv_layers(Model::kVgg19);
  REQUIRE(d.size() == 13);
  REQUIRE(e.size() == 16);
  for (const auto* table : {&d, &e}) {
    int in = 3;
    for (std::size_t i = 0; i < table->size(); ++i) {
      const ConvLayer& layer = (*table)[i];
      CHECK(layer.in_channels == in);
      in = layer.out_channels;
      const bool last = i + 1 == table->size() || (*table)[i + 1].block != layer.block;
      CHECK(layer.last_in_block == last);
    }
    CHECK(in == 512);
  }
  CHECK(d[4].name == "conv3_1");
  CHECK(d[7].name == "conv4_1");
  CHECK(e[7].name == "conv3_4");
  CHECK(d[7].in_channels == 256);
  CHECK(d[7].out_channels == 512);
}

TEST_CASE("a layer has three names") {
  for (const Model model : {Model::kVgg16, Model::kVgg19}) {
    const auto& layers = conv_layers(model);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const int index = static_cast<int>(i);
      const ConvLayer& layer = layers[i];
      CHECK(parse_layer(model, layer.name) == index);
      CHECK(parse_layer(model, "block" + std::to_string(layer.block) + "_conv" +
                                   std::to_string(layer.index_in_block)) == index);
      CHECK(parse_layer(model, std::to_string(i + 1)) == index);
      CHECK(layer_name(model, index) == layer.name);
    }
    CHECK(parse_layer(model, "pixels") == kPixelLayer);
    CHECK(layer_name(model, kPixelLayer) == "pixels");
  }
}

TEST_CASE("anything else is no layer, and the error lists what there is") {
  for (const char* name :
       {"",        "0",           "14",           "-1",          "+1",       "01",       "1 ",
        "1.0",     "99999999999", "conv",         "conv1",       "conv1_",   "conv_1",   "conv1_3",
        "conv6_1", "conv0_1",     "conv3_4",      "conv3_1x",    "conv 3_1", "conv03_1", "Conv3_1",
        "block3",  "block3_conv", "block3_conv4", "block3conv1", "relu3_1",  "pixel"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(parse_layer(Model::kVgg16, name), InputError);
  }
  CHECK_THROWS_WITH(parse_layer(Model::kVgg16, "relu3_1"),
                    doctest::Contains("pixels, conv1_1, conv1_2"));
  CHECK(parse_layer(Model::kVgg19, "conv3_4") == 7);
}

TEST_CASE("a picture fits a layer if pixels are left after the pools before it") {
  CHECK_NOTHROW(check_fits(Model::kVgg16, kPixelLayer, 1, 1));
  CHECK_NOTHROW(check_fits(Model::kVgg16, 1, 1, 1));     // conv1_2
  CHECK_NOTHROW(check_fits(Model::kVgg16, 12, 16, 31));  // conv5_3
  CHECK_THROWS_WITH_AS(
      check_fits(Model::kVgg16, 12, 40, 7),
      doctest::Contains("of 40x7 pixels is too small for layer conv4_1, which needs 8x8"),
      InputError);
}

TEST_CASE("models are named vgg16 and vgg19") {
  for (const Model model : {Model::kVgg16, Model::kVgg19}) {
    CHECK(parse_model(model_name(model)) == model);
  }
  CHECK_THROWS_AS(parse_model("vgg11"), InputError);
}

TEST_CASE("preprocessing maps RGB in 0..255 to the network's channels") {
  // Caffe: blue first, mean subtracted.
  CHECK(input_channel(Preprocessing::kCaffe, 0).source == 2);
  CHECK(input_channel(Preprocessing::kCaffe, 0).mean == 103.939);
  CHECK(input_channel(Preprocessing::kCaffe, 1).mean == 116.779);
  CHECK(input_channel(Preprocessing::kCaffe, 2).source == 0);
  CHECK(input_channel(Preprocessing::kCaffe, 2).mean == 123.68);
  CHECK(input_channel(Preprocessing::kCaffe, 1).scale == 1.0);
  // Torch: (v / 255 - 0.485) / 0.229 at v = 255, red first.
  const double means[] = {0.485, 0.456, 0.406};
  const double deviations[] = {0.229, 0.224, 0.225};
  for (int c = 0; c < 3; ++c) {
    const InputChannel channel = input_channel(Preprocessing::kTorch, c);
    CHECK(channel.source == c);
    CHECK((255 - channel.mean) * channel.scale ==
          doctest::Approx((1 - means[c]) / deviations[c]).epsilon(1e-12));
  }
  CHECK(parse_preprocessing("torch") == Preprocessing::kTorch);
  CHECK(parse_preprocessing(name_of(Preprocessing::kCaffe)) == Preprocessing::kCaffe);
  CHECK_THROWS_AS(parse_preprocessing("bgr"), InputError);
}
