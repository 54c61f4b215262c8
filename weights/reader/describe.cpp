#include "weights/reader/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "weights/reader/read.h"

namespace vggstyle {
namespace {

struct Summary {
  double mean_size = 0;
  double deviation = 0;
  float least = 0;
  float greatest = 0;
};

Summary summarise(const std::vector<float>& values) {
  const auto count = static_cast<double>(values.size());
  double sizes = 0;
  double sum = 0;
  for (const float v : values) {
    sizes += std::abs(double{v});
    sum += double{v};
  }
  const double mean = sum / count;
  double squares = 0;
  for (const float v : values) squares += (double{v} - mean) * (double{v} - mean);
  const auto [least, greatest] = std::ranges::minmax(values);
  return {sizes / count, std::sqrt(squares / count), least, greatest};
}

}  // namespace

std::string describe_weights(const std::string& path, const LoadOptions& options) {
  ReadWeights read = read_weights(path, options);
  const NetworkWeights& weights = read.weights;
  const std::vector<ConvLayer>& table = conv_layers(weights.model);

  std::string text;
  const auto add_line = [&text](std::string_view what, std::string_view value) {
    text += fmt::format("{:<15}{}\n", what, value);
  };
  add_line("file", path);
  add_line("model", model_name(weights.model));
  add_line("kind", weights.kind);
  add_line("preprocessing", name_of(weights.preprocessing));
  add_line("layout", read.layout);
  add_line("checksum", short_checksum(weights));
  if (!read.description.empty()) {
    // It goes to a terminal, which would obey control characters.
    std::ranges::replace_if(
        read.description, [](unsigned char c) { return c < ' '; }, ' ');
    add_line("description", read.description);
  }
  text += fmt::format("\n{:<8} {:<15} {:<8} {:>10} {:>10} {:>10} {:>10}  {}\n", "layer", "shape",
                      "type", "mean |w|", "std", "min", "max", "bias");
  for (std::size_t i = 0; i < table.size(); ++i) {
    const ConvWeights& conv = weights.layers[i];
    if (!conv.present()) {
      text += fmt::format("{:<8} not in this file\n", table[i].name);
      continue;
    }
    const Summary kernel = summarise(conv.kernel);
    const Summary bias = summarise(conv.bias);
    text += fmt::format(
        "{:<8} {:<15} {:<8} {:>10.4g} {:>10.4g} {:>10.4g} {:>10.4g}  {:.4g} to {:.4g}\n",
        table[i].name, fmt::format("3x3x{}x{}", table[i].in_channels, table[i].out_channels),
        read.types[i], kernel.mean_size, kernel.deviation, kernel.least, kernel.greatest,
        bias.least, bias.greatest);
  }
  return text;
}

}  // namespace vggstyle
