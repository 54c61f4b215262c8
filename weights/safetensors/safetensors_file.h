#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vggstyle {

/// A file of the safetensors format (github.com/huggingface/safetensors): the header's size in 8 bytes, little
/// endian, the header in JSON (name, type, shape and place of each tensor), the numbers, row-major, little endian.
/// Only what is asked for is read.
class SafetensorsFile {
 public:
  struct Tensor {
    std::string type;  ///< "F32" and so on
    std::vector<std::size_t> shape;
    std::uint64_t begin, end;  ///< bytes from the start of the file
  };

  /// Whether the file begins like one.
  static bool is(const std::string& path);

  /// Reads and checks the header. InputError if the file cannot be read, is truncated or damaged.
  explicit SafetensorsFile(const std::string& path);

  const std::string& path() const { return path_; }
  const std::map<std::string, Tensor>& tensors() const { return tensors_; }

  /// The numbers of a tensor of type F16, BF16 or F32. InputError for another type, or if they cannot be read.
  std::vector<float> read(const Tensor& tensor) const;

 private:
  std::string path_;
  std::map<std::string, Tensor> tensors_;
};

}  // namespace vggstyle
