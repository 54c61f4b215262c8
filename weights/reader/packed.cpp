#include "weights/reader/packed.h"

#include <string>
#include <type_traits>
#include <vector>

#include "runtime/error.h"

namespace vggstyle {
namespace {

template <typename Sequence>
void put_sequence(const WriteBytes& write, const Sequence& values) {
  const std::size_t count = values.size();
  write(&count, sizeof count);
  write(values.data(), count * sizeof(values[0]));
}

[[noreturn]] void lost() {
  throw InternalError("weights were lost between two processes");
}

/// Takes values off the front of packed bytes.
class Unpacker {
 public:
  explicit Unpacker(const ReadBytes& read) : read_(read) {}
  void get(void* data, std::size_t size) {
    if (size > 0 && read_(data, size) != size) lost();
  }
  /// One of `count` enumerators from 0 on.
  template <typename Enum>
  void get_enum(Enum& value, int count) {
    std::underlying_type_t<Enum> number{};
    get(&number, sizeof number);
    if (number < 0 || number >= count) lost();
    value = static_cast<Enum>(number);
  }
  void get_text(std::string& text) {
    constexpr std::size_t kLongest = 65536;  // more than the name of a file may have
    const std::size_t count = get_count();
    if (count > kLongest) lost();
    text.resize(count);
    get(text.data(), count);
  }
  /// All `expected` values, or none.
  void get_values(std::vector<float>& values, std::size_t expected) {
    const std::size_t count = get_count();
    if (count != 0 && count != expected) lost();
    values.resize(count);
    get(values.data(), count * sizeof(float));
  }

 private:
  std::size_t get_count() {
    std::size_t count = 0;
    get(&count, sizeof count);
    return count;
  }

  const ReadBytes& read_;
};

}  // namespace

void pack_weights(const NetworkWeights& weights, const WriteBytes& write) {
  write(&weights.model, sizeof weights.model);
  write(&weights.preprocessing, sizeof weights.preprocessing);
  put_sequence(write, weights.kind);
  put_sequence(write, weights.id);
  for (const ConvWeights& layer : weights.layers) {
    put_sequence(write, layer.kernel);
    put_sequence(write, layer.bias);
  }
}

NetworkWeights unpack_weights(const ReadBytes& read) {
  Unpacker unpacker(read);
  NetworkWeights weights;
  unpacker.get_enum(weights.model, 2);
  unpacker.get_enum(weights.preprocessing, 2);
  unpacker.get_text(weights.kind);
  unpacker.get_text(weights.id);
  for (const ConvLayer& expected : conv_layers(weights.model)) {
    ConvWeights& layer = weights.layers.emplace_back();
    const auto outputs = static_cast<std::size_t>(expected.out_channels);
    const std::size_t inputs = 9 * static_cast<std::size_t>(expected.in_channels);
    unpacker.get_values(layer.kernel, outputs * inputs);
    unpacker.get_values(layer.bias, outputs);
    if (layer.kernel.empty() != layer.bias.empty()) lost();
  }
  return weights;
}

}  // namespace vggstyle
