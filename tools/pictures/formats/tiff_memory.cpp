#include "tools/pictures/formats/tiff_memory.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace vggstyle {
namespace {

int on_error(TIFF*, void* user, const char*, const char* format, std::va_list values) {
  auto* memory = static_cast<TiffMemory*>(user);
  std::vsnprintf(memory->message, sizeof memory->message, format, values);
  return 1;
}

int on_warning(TIFF*, void*, const char*, const char*, std::va_list) {
  return 1;
}

tmsize_t read_bytes(thandle_t handle, void* target, tmsize_t count) {
  auto* memory = static_cast<TiffMemory*>(handle);
  const std::size_t left = memory->bytes.size() - std::min(memory->position, memory->bytes.size());
  const std::size_t given = std::min(left, static_cast<std::size_t>(std::max<tmsize_t>(count, 0)));
  if (given > 0) std::memcpy(target, memory->bytes.data() + memory->position, given);
  memory->position += given;
  return static_cast<tmsize_t>(given);
}

/// Grows the file as needed.
tmsize_t write_bytes(thandle_t handle, void* from, tmsize_t count) {
  auto* memory = static_cast<TiffMemory*>(handle);
  const std::size_t end = memory->position + static_cast<std::size_t>(count);
  if (end > memory->written.size()) memory->written.resize(end);
  std::memcpy(memory->written.data() + memory->position, from, static_cast<std::size_t>(count));
  memory->bytes = memory->written;
  memory->position = end;
  return count;
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
  auto* memory = static_cast<TiffMemory*>(handle);
  const toff_t from = whence == SEEK_CUR   ? memory->position
                      : whence == SEEK_END ? memory->bytes.size()
                                           : 0;
  memory->position = static_cast<std::size_t>(from + offset);
  return memory->position;
}

toff_t size(thandle_t handle) {
  return static_cast<TiffMemory*>(handle)->bytes.size();
}

int map(thandle_t handle, void** base, toff_t* bytes) {
  const auto* memory = static_cast<TiffMemory*>(handle);
  *base = const_cast<std::uint8_t*>(memory->bytes.data());  // is only read
  *bytes = memory->bytes.size();
  return 1;
}

}  // namespace

Tiff open_tiff_memory(TiffMemory& memory, const char* mode) {
  const std::unique_ptr<TIFFOpenOptions, TiffCloser> options(TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &memory);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, nullptr);
  return Tiff(TIFFClientOpenExt(
      "picture", mode, &memory, read_bytes, write_bytes, seek, [](thandle_t) { return 0; }, size,
      map, [](thandle_t, void*, toff_t) {}, options.get()));
}

}  // namespace vggstyle
