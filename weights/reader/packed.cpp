#include "weights/reader/packed.h"

#include <cstring>

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

/// Takes values off the front of packed bytes.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}
  void get(void* data, std::size_t size) {
    if (size > bytes_.size()) throw InternalError("weights were lost between two processes");
    if (size > 0) std::memcpy(data, bytes_.data(), size);
    bytes_.remove_prefix(size);
  }
  template <typename Sequence>
  void get_sequence(Sequence& values) {
    std::size_t count = 0;
    get(&count, sizeof count);
    if (count > bytes_.size()) throw InternalError("weights were lost between two processes");
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
  unpacker.get(&weights.model, sizeof weights.model);
  unpacker.get(&weights.preprocessing, sizeof weights.preprocessing);
  unpacker.get_sequence(weights.kind);
  unpacker.get_sequence(weights.id);
  weights.layers.resize(conv_layers(weights.model).size());
  for (ConvWeights& layer : weights.layers) {
    unpacker.get_sequence(layer.kernel);
    unpacker.get_sequence(layer.bias);
  }
  return weights;
}

}  // namespace vggstyle
