// A file of any format that is read is a picture or an InputError, whatever is in it.

#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/error.h"
#include "tools/pictures/read.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    vggstyle::decode_picture(std::span(data, size), "fuzz", {}, [](auto) {
      return std::pair{13, 7};
    });
    vggstyle::decode_picture(std::span(data, size), "fuzz");
  } catch (const vggstyle::InputError&) {
  }
  return 0;
}
