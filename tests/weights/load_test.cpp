#include "weights/load.h"

#include <cmath>
#include <functional>
#include <limits>

#include "tests/weights/support.h"
#include "weights/info.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

using Compression = Hdf5File::Compression;

/// Where a layout puts kernel and bias of layer `index`.
struct Names {
  std::string kernel;
  std::string bias;
};
using Naming = std::function<Names(const ConvLayer&, std::size_t index)>;

Names keras1(const ConvLayer& layer, std::size_t) {
  const std::string name = keras_name(layer);
  return {name + "/" + name + "_W_1:0", name + "/" + name + "_b_1:0"};
}
Names keras2(const ConvLayer& layer, std::size_t) {
  const std::string name = keras_name(layer);
  return {name + "/" + name + "/kernel:0", name + "/" + name + "/bias:0"};
}
Names keras2_model(const ConvLayer& layer, std::size_t index) {
  const Names names = keras2(layer, index);
  return {"model_weights/" + names.kernel, "model_weights/" + names.bias};
}
Names keras3_class(const ConvLayer&, std::size_t index) {
  std::string name = "layers/conv2d";
  if (index > 0) name.append("_").append(std::to_string(index));
  return {name + "/vars/0", name + "/vars/1"};
}
Names keras3_named(const ConvLayer& layer, std::size_t) {
  return {"layers/" + keras_name(layer) + "/vars/0", "layers/" + keras_name(layer) + "/vars/1"};
}

void write_layers(Hdf5File& file, Model model, const Naming& naming, std::size_t first,
                  std::size_t last, Compression compression = Compression::kNone) {
  for (std::size_t l = first; l < last; ++l) {
    const ConvLayer& layer = conv_layers(model)[l];
    const LayerNumbers numbers = layer_numbers(layer);
    const Names names = naming(layer, l);
    file.write(names.kernel, kernel_shape(layer), numbers.kernel, compression);
    file.write(names.bias, {numbers.bias.size()}, numbers.bias);
  }
}

/// A Keras 1 file of the first layers, plus what `add` adds.
std::string write_file_of(
    const TemporaryFolder& folder, std::size_t layers,
    const std::function<void(Hdf5File&)>& add = [](Hdf5File&) {}) {
  const std::string path = folder.path("weights.h5");
  Hdf5File file = Hdf5File::create(path);
  write_layers(file, Model::kVgg16, keras1, 0, layers);
  add(file);
  file.close();
  return path;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A file of conv1_1 and what `add` adds, of conv1_2, is refused in one line that says `what`.
void check_refused(const std::function<void(Hdf5File&)>& add, const std::string& what) {
  const TemporaryFolder folder;
  const std::string path = write_file_of(folder, 1, add);
  const std::string message = input_error([&] { load_weights(path); });
  CAPTURE(message);
  CHECK(contains(message, path));
  CHECK(contains(message, what));
  CHECK(contains(message, "conv1_2"));
  CHECK_FALSE(contains(message, "\n"));
}

}  // namespace

TEST_CASE("every Keras layout loads, for both networks, whole") {
  const TemporaryFolder folder;
  for (const Model model : {Model::kVgg16, Model::kVgg19}) {
    const std::size_t count = conv_layers(model).size();
    const bool first_only = model == Model::kVgg16;  // whose layers VGG-19 has as well
    for (const Naming& naming : {Naming(keras1), Naming(keras2), Naming(keras2_model),
                                 Naming(keras3_class), Naming(keras3_named)}) {
      const std::string path = folder.path("weights.h5");
      Hdf5File file = Hdf5File::create(path);
      write_layers(file, model, naming, 0, count);
      // The dense top, and the optimiser's state, which are ignored.
      const std::vector<float> ten(10, std::numeric_limits<float>::quiet_NaN());
      file.write("fc1/fc1_W_1:0", {10}, ten);
      file.write("optimizer_weights/training/block1_conv1/kernel:0", {10}, ten);
      file.close();
      const NetworkWeights weights = load_weights(path);
      CAPTURE(naming(conv_layers(model)[1], 1).kernel);
      CHECK(weights.model == model);
      CHECK(weights.preprocessing == Preprocessing::kCaffe);
      CHECK(weights.kind == "custom");
      REQUIRE(weights.layers.size() == count);
      for (std::size_t l = 0; l < count; ++l) CHECK(holds_layer_numbers(weights, l));
      if (first_only) break;
    }
  }
}

TEST_CASE("Keras 3 layers with their own name as an attribute are found by it") {
  const TemporaryFolder folder;
  const std::string path = folder.path("weights.h5");
  Hdf5File file = Hdf5File::create(path);
  // In the wrong order: conv2d is conv2_1, conv2d_1 is conv1_1.
  const auto& table = conv_layers(Model::kVgg16);
  const auto add = [&](const std::string& group, const ConvLayer& layer) {
    const LayerNumbers numbers = layer_numbers(layer);
    file.write(group + "/0", kernel_shape(layer), numbers.kernel);
    file.write(group + "/1", {numbers.bias.size()}, numbers.bias);
    file.write_attribute(group, "name", keras_name(layer));
  };
  add("layers/conv2d/vars", table[2]);
  add("layers/conv2d_1/vars", table[0]);
  file.close();
  const NetworkWeights weights = load_weights(path);
  CHECK(holds_layer_numbers(weights, 0));
  CHECK_FALSE(weights.layers[1].present());
  CHECK(holds_layer_numbers(weights, 2));
}

TEST_CASE("chunked, shuffled and compressed kernels load") {
  const TemporaryFolder folder;
  const std::string path = folder.path("weights.h5");
  Hdf5File file = Hdf5File::create(path);
  write_layers(file, Model::kVgg16, keras1, 0, 4, Compression::kGzip);
  file.close();
  const NetworkWeights weights = load_weights(path);
  for (std::size_t l = 0; l < 4; ++l) CHECK(holds_layer_numbers(weights, l));
  CHECK_FALSE(weights.layers[4].present());
}

TEST_CASE("float64 kernels load") {
  const TemporaryFolder folder;
  const ConvLayer& layer = conv_layers(Model::kVgg16)[0];
  const LayerNumbers numbers = layer_numbers(layer);
  const std::string path = folder.path("weights.h5");
  Hdf5File file = Hdf5File::create(path);
  file.write(keras1(layer, 0).kernel, kernel_shape(layer),
             std::vector<double>(numbers.kernel.begin(), numbers.kernel.end()));
  file.write(keras1(layer, 0).bias, {64},
             std::vector<double>(numbers.bias.begin(), numbers.bias.end()));
  file.close();
  CHECK(holds_layer_numbers(load_weights(path), 0));
}

TEST_CASE("8-bit kernels are multiplied by the scale of their output channel") {
  const TemporaryFolder folder;
  const ConvLayer& layer = conv_layers(Model::kVgg16)[0];
  std::vector<std::int8_t> kernel(9 * 3 * 64);
  for (std::size_t k = 0; k < kernel.size(); ++k) {
    kernel[k] = static_cast<std::int8_t>(static_cast<int>(k % 255) - 127);
  }
  std::vector<float> scale;
  for (int o = 0; o < 64; ++o) scale.push_back(0.001f * static_cast<float>(o + 1));
  const std::string path = folder.path("house.h5");
  const auto write = [&](bool with_scale) {
    Hdf5File file = Hdf5File::create(path);
    file.write("block1_conv1/kernel", kernel_shape(layer), kernel, Compression::kGzip);
    if (with_scale) file.write("block1_conv1/kernel_scale", {64}, scale);
    file.write("block1_conv1/bias", {64}, layer_numbers(layer).bias);
    file.write_attribute("/", "weights_kind", "house");
    file.write_attribute("/", "model", "vgg16");
    file.write_attribute("/", "preprocessing", "torch");
    file.write_attribute("/", "description", "a\ntest");
    file.close();
  };
  write(true);
  const NetworkWeights weights = load_weights(path);
  CHECK(weights.kind == "house");
  CHECK(weights.id == "house house.h5 " + short_checksum(weights));
  CHECK(weights.preprocessing == Preprocessing::kTorch);
  for (std::size_t o = 0; o < 64; ++o) {
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t t = 0; t < 9; ++t) {
        const float stored = static_cast<float>(kernel[(t * 3 + i) * 64 + o]);
        REQUIRE(weights.layers[0].kernel[(o * 3 + i) * 9 + t] == stored * scale[o]);
      }
    }
  }
  const std::string info = weights_info(path);
  CHECK(contains(info, "int8"));
  CHECK(contains(info, "a test\n"));
  CHECK(contains(info, "torch"));
  CHECK(contains(info, "conv1_2  not in this file"));
  write(false);
  CHECK(contains(input_error([&] { load_weights(path); }), "conv1_1 has no scale"));
}

TEST_CASE("the model is what the layers or the attribute say, unless it is given") {
  const TemporaryFolder folder;
  const auto with_model = [&](const char* model) {
    return write_file_of(folder, 2, [&](Hdf5File& file) {
      if (model != nullptr) file.write_attribute("/", "model", model);
    });
  };
  CHECK(load_weights(with_model(nullptr)).model == Model::kVgg16);
  CHECK(load_weights(with_model("vgg19")).model == Model::kVgg19);
  CHECK(load_weights(with_model("vgg19"), {Model::kVgg16, {}}).model == Model::kVgg16);
  CHECK(load_weights(with_model(nullptr), {Model::kVgg19, {}}).layers.size() == 16);
  CHECK(contains(input_error([&] { load_weights(with_model("vgg11")); }), "vgg11"));

  // One layer that only VGG-19 has is enough, and cannot be read as VGG-16.
  const std::string path = folder.path("weights.h5");
  Hdf5File file = Hdf5File::create(path);
  write_layers(file, Model::kVgg19, keras1, 7, 8);
  file.close();
  CHECK(load_weights(path).model == Model::kVgg19);
  CHECK(contains(input_error([&] { load_weights(path, {Model::kVgg16, {}}); }), "--model vgg19"));
}

TEST_CASE("preprocessing is the option, the attribute, or caffe") {
  const TemporaryFolder folder;
  const std::string path = write_file_of(
      folder, 1, [](Hdf5File& file) { file.write_attribute("/", "preprocessing", "torch"); });
  CHECK(load_weights(path).preprocessing == Preprocessing::kTorch);
  CHECK(load_weights(path, {{}, Preprocessing::kCaffe}).preprocessing == Preprocessing::kCaffe);
  const std::string odd = write_file_of(
      folder, 1, [](Hdf5File& file) { file.write_attribute("/", "preprocessing", "mean"); });
  CHECK(contains(input_error([&] { load_weights(odd); }), "mean"));
}

TEST_CASE("a run that needs a layer that the file lacks is refused, by the first such layer") {
  const TemporaryFolder folder;
  const std::string path = write_file_of(folder, 3);
  const NetworkWeights weights = load_weights(path);
  CHECK_NOTHROW(require_layers(weights, kPixelLayer, path));
  CHECK_NOTHROW(require_layers(weights, 2, path));
  const std::string message = input_error([&] { require_layers(weights, 8, path); });
  CHECK(contains(message, "has no conv2_2"));
  CHECK(contains(message, "conv4_2"));
  CHECK(contains(message, path));
}

TEST_CASE("the checksum depends on the weights and not on their layout") {
  const TemporaryFolder folder;
  const auto load = [&](const Naming& naming, Compression compression) {
    const std::string path = folder.path("weights.h5");
    Hdf5File file = Hdf5File::create(path);
    write_layers(file, Model::kVgg16, naming, 0, 2, compression);
    file.close();
    return load_weights(path);
  };
  NetworkWeights weights = load(keras1, Compression::kNone);
  CHECK(checksum(weights) == checksum(load(keras2, Compression::kGzip)));
  const std::uint64_t before = checksum(weights);
  weights.layers[1].bias[5] += 1;
  CHECK(checksum(weights) != before);
}

TEST_CASE("wrong weights are refused with file and layer") {
  const ConvLayer& second = conv_layers(Model::kVgg16)[1];
  const LayerNumbers numbers = layer_numbers(second);
  const Names names = keras1(second, 1);
  const auto add_bias = [&](Hdf5File& file) { file.write(names.bias, {64}, numbers.bias); };

  check_refused(
      [&](Hdf5File& file) {
        file.write(names.kernel, {3, 3, 64, 64}, numbers.kernel);
      },
      "no bias");
  check_refused(add_bias, "no kernel");
  check_refused(
      [&](Hdf5File& file) {  // Theano's order
        file.write(names.kernel, {64, 64, 3, 3}, numbers.kernel);
        add_bias(file);
      },
      "shape (64, 64, 3, 3), where VGG has (3, 3, 64, 64)");
  check_refused(
      [&](Hdf5File& file) {
        file.write(names.kernel, {3 * 3 * 64 * 64}, numbers.kernel);
        add_bias(file);
      },
      "shape (36864)");
  check_refused(
      [&](Hdf5File& file) {
        file.write(names.kernel, {3, 3, 64, 64}, numbers.kernel);
        file.write_scalar(names.bias, 1.0);
      },
      "bias of conv1_2 has shape ()");
  check_refused(
      [&](Hdf5File& file) {
        file.write("block1_conv2/again/block1_conv2/kernel:0", {3, 3, 64, 64}, numbers.kernel);
        file.write(names.kernel, {3, 3, 64, 64}, numbers.kernel);
        file.write("block1_conv2/conv1_2", {64}, numbers.bias);
      },
      "two datasets");
}

TEST_CASE("numbers that are not finite are refused with file and layer") {
  const ConvLayer& second = conv_layers(Model::kVgg16)[1];
  const LayerNumbers numbers = layer_numbers(second);
  const Names names = keras1(second, 1);
  const auto add_bias = [&](Hdf5File& file) { file.write(names.bias, {64}, numbers.bias); };
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    check_refused(
        [&](Hdf5File& file) {
          std::vector<float> kernel = numbers.kernel;
          kernel[777] = bad;
          file.write(names.kernel, {3, 3, 64, 64}, kernel);
          add_bias(file);
        },
        "not finite");
  }
  check_refused(
      [&](Hdf5File& file) {  // finite as float64, but not as float32
        file.write(names.kernel, {3, 3, 64, 64}, numbers.kernel);
        file.write(names.bias, {64}, std::vector<double>(64, 1e300));
      },
      "not finite");
}

TEST_CASE("a file without any layer of VGG is refused") {
  const TemporaryFolder folder;
  const std::string path =
      write_file_of(folder, 0, [](Hdf5File& file) { file.write_scalar("x", 1.0); });
  CHECK(contains(input_error([&] { load_weights(path); }), "no layer"));
}

TEST_CASE("what is not an HDF5 file is refused") {
  const TemporaryFolder folder;
  const std::string path = folder.path("weights.h5");
  CHECK(contains(input_error([&] { load_weights(path); }), "there is no file"));
  CHECK(contains(input_error([&] { load_weights(folder.path("")); }), "is a folder"));
  CHECK(contains(input_error([&] { load_weights("/dev/zero"); }), "is not a file"));
  write_file(path, "");
  CHECK(contains(input_error([&] { load_weights(path); }), "0 bytes"));
  write_file(path, "<html>404</html>");
  CHECK(contains(input_error([&] { load_weights(path); }), "cannot be read as HDF5"));
}
