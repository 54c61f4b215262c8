#include "weights/reader/packed.h"

#include <cstring>
#include <type_traits>

#include "runtime/error.h"

namespace vggstyle {
namespace {

void put(std::string& bytes, const void* data, std::size_t size) {
  bytes.append(static_cast<const char*>(data), size);
}
template <typename Sequence>
void put_sequence(std::string& bytes, const Sequence& values) {
  const std::size_t count = values.size();
  put(bytes, &count, sizeof count);
  put(bytes, values.data(), count * sizeof(values[0]));
}

[[noreturn]] void lost() {
  throw InternalError("weights were lost between two processes");
}

/// Takes values off the front of packed bytes.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}
  void get(void* data, std::size_t size) {
    if (size > bytes_.size()) lost();
    if (size > 0) std::memcpy(data, bytes_.data(), size);
    bytes_.remove_prefix(size);
  }
  /// One of `count` enumerators from 0 on.
  template <typename Enum>
  void get_enum(Enum& value, int count) {
    std::underlying_type_t<Enum> number{};
    get(&number, sizeof number);
    if (number < 0 || number >= count) lost();
    value = static_cast<Enum>(number);
  }
  template <typename Sequence>
  void get_sequence(Sequence& values) {
    std::size_t count = 0;
    get(&count, sizeof count);
    if (count > bytes_.size() / sizeof(values[0])) lost();
    values.resize(count);
    get(values.data(), count * sizeof(values[0]));
  }

 private:
  std::string_view bytes_;
};

}  // namespace

std::string pack_weights(const NetworkWeights& weights) {
  std::string bytes;
  put(bytes, &weights.model, sizeof weights.model);
  put(bytes, &weights.preprocessing, sizeof weights.preprocessing);
  put_sequence(bytes, weights.kind);
  put_sequence(bytes, weights.id);
  for (const ConvWeights& layer : weights.layers) {
    put_sequence(bytes, layer.kernel);
    put_sequence(bytes, layer.bias);
  }
  return bytes;
}

NetworkWeights unpack_weights(std::string_view bytes) {
  Unpacker unpacker(bytes);
  NetworkWeights weights;
  unpacker.get_enum(weights.model, 2);
  unpacker.get_enum(weights.preprocessing, 2);
  unpacker.get_sequence(weights.kind);
  unpacker.get_sequence(weights.id);
  for (const ConvLayer& expected : conv_layers(weights.model)) {
    ConvWeights& layer = weights.layers.emplace_back();
    unpacker.get_sequence(layer.kernel);
    unpacker.get_sequence(layer.bias);
    const auto outputs = static_cast<std::size_t>(expected.out_channels);
    const std::size_t inputs = 9 * static_cast<std::size_t>(expected.in_channels);
    const bool absent = layer.kernel.empty() && layer.bias.empty();
    if (!absent && (layer.kernel.size() != outputs * inputs || layer.bias.size() != outputs))
      lost();
  }
  return weights;
}

}  // namespace vggstyle
