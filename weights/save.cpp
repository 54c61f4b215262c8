#include "weights/save.h"

#include <fmt/format.h>

#include "runtime/files/atomic_file.h"
#include "weights/hdf5/hdf5_file.h"
#include "weights/hwio.h"

namespace vggstyle {
void save_keras(const std::string& path, const NetworkWeights& weights) {
  AtomicFile output(path);
  Hdf5File file = Hdf5File::create(output.temporary_path(), path);
  const std::vector<ConvLayer>& table = conv_layers(weights.model);
  std::vector<std::string> names;
  for (std::size_t l = 0; l < table.size(); ++l) {
    const ConvWeights& conv = weights.layers.at(l);
    if (!conv.present()) continue;
    const auto in = static_cast<std::size_t>(table[l].in_channels);
    const auto out = static_cast<std::size_t>(table[l].out_channels);
    const std::string name = fmt::format("block{}_conv{}", table[l].block, table[l].index_in_block);
    const std::string kernel = name + "_W_1:0";
    const std::string bias = name + "_b_1:0";
    file.write(fmt::format("{}/{}", name, kernel), {3, 3, in, out},
               oihw_to_hwio(conv.kernel, in, out));
    file.write(fmt::format("{}/{}", name, bias), {out}, conv.bias);
    file.write_attribute(name, "weight_names", std::vector<std::string>{kernel, bias});
    names.push_back(name);
  }
  file.write_attribute("/", "layer_names", names);
  file.write_attribute("/", "model", model_name(weights.model));
  file.write_attribute("/", "preprocessing", name_of(weights.preprocessing));
  file.write_attribute("/", "weights_kind", weights.kind);
  file.close();
  output.commit();
}

}  // namespace vggstyle
