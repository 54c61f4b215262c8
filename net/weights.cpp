#include "net/weights.h"

#include <array>
#include <bit>

#include "runtime/error.h"

namespace vggstyle {

InputChannel input_channel(Preprocessing preprocessing, int c) {
  // The published means, in the order in which each framework feeds the channels: BGR, RGB.
  static constexpr std::array<InputChannel, 3> kCaffeChannels = {
      {{2, 103.939, 1.0}, {1, 116.779, 1.0}, {0, 123.68, 1.0}}};
  static constexpr std::array<InputChannel, 3> kTorchChannels = {
      {{0, 0.485 * 255, 1 / (0.229 * 255)},
       {1, 0.456 * 255, 1 / (0.224 * 255)},
       {2, 0.406 * 255, 1 / (0.225 * 255)}}};
  const auto& channels = preprocessing == Preprocessing::kCaffe ? kCaffeChannels : kTorchChannels;
  return channels.at(static_cast<std::size_t>(c));
}

std::string_view name_of(Preprocessing preprocessing) {
  return preprocessing == Preprocessing::kCaffe ? "caffe" : "torch";
}

Preprocessing parse_preprocessing(std::string_view name) {
  if (name == "caffe") return Preprocessing::kCaffe;
  if (name == "torch") return Preprocessing::kTorch;
  throw InputError("unknown preprocessing '" + std::string(name) +
                   "': use caffe (BGR, 0..255, means subtracted) or torch (RGB, 0..1, normalised)");
}

std::uint64_t checksum(const NetworkWeights& weights) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&hash](std::uint32_t word) { hash = (hash ^ word) * 0x100000001b3u; };
  for (std::size_t i = 0; i < weights.layers.size(); ++i) {
    const ConvWeights& layer = weights.layers[i];
    if (!layer.present()) continue;
    add(static_cast<std::uint32_t>(i));
    for (const float value : layer.kernel) add(std::bit_cast<std::uint32_t>(value));
    for (const float value : layer.bias) add(std::bit_cast<std::uint32_t>(value));
  }
  return hash;
}

std::string short_checksum(const NetworkWeights& weights) {
  // The high half: in FNV every bit of the input reaches it, whereas the low bits mix little.
  std::uint64_t hash = checksum(weights);
  std::string digits(8, '0');
  for (char& digit : digits) {
    digit = "0123456789abcdef"[hash >> 60];
    hash <<= 4;
  }
  return digits;
}

}  // namespace vggstyle
