// Weights are read or refused, whatever is in the file. The HDF5 library crashes on damaged files: that
// happens in the reader's process (weights/reader/run_reader.h), and is an InputError here.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "runtime/error.h"
#include "tests/weights/packed_weights.h"
#include "weights/load.h"

namespace {

std::string make_path() {
  std::string folder = (std::filesystem::temp_directory_path() / "vggstyle-fuzz-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) std::abort();
  return folder + "/weights.h5";
}

void read_file_of(const std::uint8_t* data, std::size_t size) {
  static const std::string path = make_path();
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  file.close();
  try {
    vggstyle::load_weights(path);
  } catch (const vggstyle::InputError&) {
  }
}

/// What a reader that a file has taken over could send.
void read_answer(const std::uint8_t* data, std::size_t size) {
  try {
    vggstyle::test::unpack_weights_from({reinterpret_cast<const char*>(data), size});
  } catch (const vggstyle::InternalError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kHdf5 = "\x89HDF";
  constexpr std::size_t kSafetensorsHeader = 8;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const bool safetensors = size > kSafetensorsHeader && bytes[kSafetensorsHeader] == '{';
  const bool file = bytes.starts_with(kHdf5) || safetensors;  // anything else is an answer
  file ? read_file_of(data, size) : read_answer(data, size);
  return 0;
}
