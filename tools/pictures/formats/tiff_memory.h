#pragma once

#include <tiffio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace vggstyle {

/// A TIFF file in memory, and what libtiff last complained of.
struct TiffMemory {
  std::span<const std::uint8_t> bytes;  // the file: given to be read, or a view of `written`
  std::vector<std::uint8_t> written = {};
  std::size_t position = 0;
  char message[256] = "it makes no sense";
};

struct TiffCloser {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};
using Tiff = std::unique_ptr<TIFF, TiffCloser>;

/// Opens it by libtiff's mode, "r" or "w", to say nothing on standard error. Null if libtiff fails. `memory` must outlive
/// the result; the file is whole once that is closed.
Tiff open_tiff_memory(TiffMemory& memory, const char* mode);

}  // namespace vggstyle
