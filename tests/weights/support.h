#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/weights.h"
#include "weights/hdf5_file.h"

namespace vggstyle::test {

/// A folder of its own under the system's temporary folder, removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path(std::string_view name) const;

 private:
  std::string folder_;
};

/// The message of the InputError that `action` throws; fails the test if it throws none.
template <typename Action>
std::string input_error(Action action);

/// Numbers that tell every element apart: HWIO kernel and bias of one layer.
struct LayerNumbers {
  std::vector<float> kernel;
  std::vector<float> bias;
};
LayerNumbers layer_numbers(const ConvLayer& layer);

/// "block1_conv1".
std::string keras_name(const ConvLayer& layer);
std::vector<std::size_t> kernel_shape(const ConvLayer& layer);

/// Are the weights of layer `index` those of layer_numbers(), as OIHW?
bool holds_layer_numbers(const NetworkWeights& weights, std::size_t index);

std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view bytes);

}  // namespace vggstyle::test

#include <doctest/doctest.h>

#include "runtime/error.h"

template <typename Action>
std::string vggstyle::test::input_error(Action action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  FAIL("no InputError");
  return "";
}
