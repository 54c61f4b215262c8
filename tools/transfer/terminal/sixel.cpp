#include "tools/transfer/terminal/sixel.h"

#include <sixel.h>

#include <exception>
#include <memory>
#include <vector>

#include "runtime/error.h"
#include "tools/pictures/formats/writers/quantize.h"

namespace vggstyle {
namespace {

void check(SIXELSTATUS status) {
  if (SIXEL_FAILED(status)) {
    throw InternalError(std::string("libsixel: ") + sixel_helper_format_error(status));
  }
}

/// Called by C: nothing may be thrown. Negative: it could not be taken.
int append(char* data, int size, void* text) {
  try {
    static_cast<std::string*>(text)->append(data, static_cast<std::size_t>(size));
    return size;
  } catch (const std::exception&) {
    return -1;
  }
}

}  // namespace

std::string sixel_text(const Picture& picture) {
  std::vector<unsigned char> rgb(picture.rgb.size());
  const std::size_t row = rgb.size() / static_cast<std::size_t>(picture.height);
  for (std::size_t y = 0; y * row < rgb.size(); ++y) {
    quantize_row(picture, nullptr, y, rgb.data() + y * row);
  }
  std::string text;
  sixel_output_t* made = nullptr;
  check(sixel_output_new(&made, append, &text, nullptr));
  const std::unique_ptr<sixel_output_t, decltype(&sixel_output_unref)> output(made,
                                                                              sixel_output_unref);
  sixel_dither_t* colors = nullptr;
  check(sixel_dither_new(&colors, SIXEL_PALETTE_MAX, nullptr));
  const std::unique_ptr<sixel_dither_t, decltype(&sixel_dither_unref)> dither(colors,
                                                                              sixel_dither_unref);
  check(sixel_dither_initialize(dither.get(), rgb.data(), picture.width, picture.height,
                                SIXEL_PIXELFORMAT_RGB888, SIXEL_LARGE_AUTO, SIXEL_REP_AUTO,
                                SIXEL_QUALITY_HIGH));
  check(sixel_encode(rgb.data(), picture.width, picture.height, 8, dither.get(), output.get()));
  return text;
}

}  // namespace vggstyle
