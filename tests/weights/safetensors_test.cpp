// Weights in safetensors files, and files that are named for what they are.

#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/weights/support.h"
#include "weights/hwio.h"
#include "weights/info.h"
#include "weights/load.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

/// A file that is put together tensor by tensor.
struct Builder {
  void add(const std::string& name, const char* type, const std::vector<std::size_t>& shape,
           const void* data, std::size_t bytes) {
    header[name] = {{"dtype", type},
                    {"shape", shape},
                    {"data_offsets", {numbers.size(), numbers.size() + bytes}}};
    numbers.append(static_cast<const char*>(data), bytes);
  }
  void add(const std::string& name, const std::vector<std::size_t>& shape,
           const std::vector<float>& values) {
    add(name, "F32", shape, values.data(), values.size() * sizeof(float));
  }
  std::string bytes() const {
    const std::string text = header.dump();
    const std::uint64_t size = text.size();
    return std::string(reinterpret_cast<const char*>(&size), sizeof size) + text + numbers;
  }

  nlohmann::json header = nlohmann::json::object();
  std::string numbers;
};

/// The first convolutions of a model as torchvision has them.
Builder torch_file(Model model, std::size_t layers, const std::string& prefix = "") {
  Builder file;
  int number = 0;
  for (std::size_t i = 0; i < layers; ++i) {
    const ConvLayer& layer = conv_layers(model)[i];
    const LayerNumbers values = layer_numbers(layer);
    const auto in = static_cast<std::size_t>(layer.in_channels);
    const auto out = static_cast<std::size_t>(layer.out_channels);
    const std::string name = prefix + "features." + std::to_string(number);
    file.add(name + ".weight", {out, in, 3, 3}, hwio_to_oihw(values.kernel, in, out));
    file.add(name + ".bias", {out}, values.bias);
    number += layer.last_in_block ? 3 : 2;
  }
  return file;
}

struct Loader {
  NetworkWeights load(const Builder& file, const LoadOptions& options = {}) const {
    write_file(path, file.bytes());
    return load_weights(path, options);
  }
  std::string refusal(const std::string& bytes) const {
    write_file(path, bytes);
    const std::string message = input_error([&] { load_weights(path); });
    CHECK(message.find(path) != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
    return message;
  }

  TemporaryFolder folder;
  std::string path = folder.path("w.safetensors");
};

}  // namespace

TEST_CASE(
    "torchvision's VGG-16 and VGG-19 load from safetensors, whole, in part and with a prefix") {
  const Loader loader;
  for (const Model model : {Model::kVgg16, Model::kVgg19}) {
    const std::size_t count = conv_layers(model).size();
    Builder file = torch_file(model, count);
    const std::vector<float> dense(10, std::numeric_limits<float>::quiet_NaN());
    file.add("classifier.0.weight", {10}, dense);
    file.header["__metadata__"] = {{"format", "pt"}};
    const NetworkWeights weights = loader.load(file);
    CHECK(weights.model == model);
    CHECK(weights.preprocessing == Preprocessing::kTorch);
    CHECK(weights.kind == "custom");
    for (std::size_t l = 0; l < count; ++l) CHECK(holds_layer_numbers(weights, l));
  }
  const NetworkWeights part = loader.load(torch_file(Model::kVgg16, 2, "model."),
                                          {.model = {}, .preprocessing = Preprocessing::kCaffe});
  CHECK(holds_layer_numbers(part, 1));
  CHECK(!part.layers[2].present());
  CHECK(part.preprocessing == Preprocessing::kCaffe);
  CHECK(weights_info(loader.path).find("PyTorch") != std::string::npos);
}

TEST_CASE("safetensors of 16 bits are read exactly") {
  const Loader loader;
  Builder file = torch_file(Model::kVgg16, 1);
  const std::vector<std::uint16_t> kernel(64 * 27, 0x3c00), bias(64, 0x3fc0);
  file.add("features.0.weight", "F16", {64, 3, 3, 3}, kernel.data(), 2 * kernel.size());
  file.add("features.0.bias", "BF16", {64}, bias.data(), 2 * bias.size());
  const NetworkWeights weights = loader.load(file);
  CHECK(weights.layers[0].kernel == std::vector<float>(64 * 27, 1.0F));
  CHECK(weights.layers[0].bias == std::vector<float>(64, 1.5F));
}

TEST_CASE("safetensors that do not hold what VGG has are refused") {
  const Loader loader;
  const auto refused = [&](const std::function<void(Builder&)>& change, const std::string& what) {
    Builder file = torch_file(Model::kVgg16, 2);
    change(file);
    const std::string message = loader.refusal(file.bytes());
    CAPTURE(message);
    CHECK(message.find(what) != std::string::npos);
  };
  const std::vector<float> ones(64, 1.0F);
  refused([](Builder& f) { f.header.erase("features.0.weight"); }, "holds no VGG");
  refused([](Builder& f) { f.header.erase("features.2.bias"); }, "conv1_2 has no bias");
  refused([&](Builder& f) { f.add("features.1.running_mean", {64}, ones); }, "batch normalisation");
  refused([&](Builder& f) { f.add("features.2.bias", {8, 8}, ones); }, "has shape (8, 8)");
  refused([](Builder& f) { f.header["features.2.bias"]["dtype"] = "I64"; }, "of type I64");
  refused([](Builder& f) { f.header["features.2.bias"]["dtype"] = "F16"; }, "does not fit");
  refused([](Builder& f) { f.header["features.2.bias"].erase("shape"); }, "header");
  refused(
      [](Builder& f) {
        f.header["features.2.bias"]["data_offsets"] = {-4, 252};
      },
      "whole numbers");
  refused([](Builder& f) { f.header["features.2.bias"]["shape"] = {64.5}; }, "whole numbers");
  refused([](Builder& f) { f.numbers.pop_back(); }, "lie beyond its end");
  std::vector<float> bad = ones;
  bad[3] = std::numeric_limits<float>::infinity();
  refused([&](Builder& f) { f.add("features.2.bias", {64}, bad); }, "not finite");
}

TEST_CASE("safetensors that are cut off anywhere are refused") {
  const Loader loader;
  const std::string whole = torch_file(Model::kVgg16, 1).bytes();
  for (const std::size_t size : {9UL, 12UL, 100UL, whole.size() - 1}) {
    CAPTURE(size);
    CHECK(loader.refusal(whole.substr(0, size)).find("safetensors") != std::string::npos);
  }
  std::string header = whole;
  header[9] = '!';
  CHECK(loader.refusal(header).find("header") != std::string::npos);
}

TEST_CASE("weights of other programs are named, with what converts them") {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& name, const std::string& bytes) {
    write_file(folder.path(name), bytes);
    return input_error([&] { load_weights(folder.path(name)); });
  };
  const std::string zip("PK\x03\x04 and so on", 13), pickle("\x80\x02}q\x00", 5);
  CHECK(message("vgg16.pth", zip).find("weights/from_pytorch.py") != std::string::npos);
  CHECK(message("vgg16.pt", pickle).find("weights/from_pytorch.py") != std::string::npos);
  CHECK(message("vgg16.keras", zip).find("unzip -p") != std::string::npos);
  CHECK(message("vgg16.caffemodel", "\n\x0bVGG_ILSVRC").find("a Caffe model") != std::string::npos);
  CHECK(message("vgg16.npz", zip).find("torch.save()") == std::string::npos);
}
