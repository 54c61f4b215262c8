#include "weights/reader/foreign.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "runtime/error.h"

namespace vggstyle {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kHead = 8;

std::string head_of(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return {};
  std::ifstream file(path, std::ios::binary);
  std::array<char, kHead> head{};
  file.read(head.data(), head.size());
  return {head.data(), static_cast<std::size_t>(file.gcount())};
}

[[noreturn]] void refuse(const std::string& path, std::string_view what, std::string_view advice) {
  throw InputError(fmt::format("'{}' is {}; {}", path, what, advice));
}

}  // namespace

void refuse_foreign(const std::string& path) {
  const std::string head = head_of(path);
  const std::string ending = std::filesystem::path(path).extension().string();
  const std::string from_torch = fmt::format(
      "turn it into a safetensors file: weights/from_pytorch.py '{}' weights.safetensors", path);
  if (ending == ".npz" || head.starts_with("\x93NUMPY"sv)) {
    refuse(path, "a file of NumPy", "give HDF5 or safetensors weights");
  }
  if (head.starts_with("PK\x03\x04"sv)) {  // zip
    if (ending == ".keras") {
      refuse(
          path, "a Keras archive",
          fmt::format("take the HDF5 file out of it: unzip -p '{}' model.weights.h5 > weights.h5",
                      path));
    }
    refuse(path, "an archive, as torch.save() makes it", from_torch);
  }
  if (head.starts_with("\x80\x02"sv))
    refuse(path, "a Python pickle, as older torch.save() made it", from_torch);
  if (ending == ".caffemodel") {
    refuse(path, "a Caffe model",
           "use the same network in another format: weights/fetch.sh gets the published ones");
  }
}

}  // namespace vggstyle
