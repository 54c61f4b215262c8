#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/layers.h"
#include "runtime/device.h"
#include "tools/pictures/picture.h"
#include "tools/pictures/read.h"
#include "tools/session/settings/defaults.h"
#include "tools/session/settings/settings.h"

namespace vggstyle {

/// "640x480".
std::string size_text(const Picture& picture);

/// The size that a picture of `size` (width, height) is brought to: its longest side at `requested`
/// (--size), or without one at `standard`, but never enlarged: that would add time and blur, but no
/// detail. Then each side is rounded to the nearest multiple of `multiple`.
std::pair<int, int> output_size(std::pair<int, int> size, const std::optional<int>& requested,
                                int standard = kDefaultSize, int multiple = 1);
/// What the sides of a tile are multiples of: all pools before layer `deepest` divide them exactly.
/// Only then does every layer see a tile; and 1 where none is asked for.
int tile_multiple(const PictureSettings& settings, Model model, int deepest);
/// The size that a style of `size` is brought to: what style_size and style_scale ask for; the
/// default is the longest side of the output, never enlarged. SettingError if that is out of range.
std::pair<int, int> style_size(std::pair<int, int> size, const PictureSettings& settings,
                               int output_longest_side);

/// Reads a picture at its output_size(), `standard` if settings.size is empty. InputError as
/// read_picture(), and if a picture of that size cannot fit into the memory of `device`, whatever is
/// done with it.
Picture read_at_output_size(const std::string& path, const PictureSettings& settings,
                            const Device& device, int standard = kDefaultSize);

/// The same with its alpha, if settings.keep_alpha, and sides that are multiples of `multiple`.
PictureAndAlpha read_with_alpha_at_output_size(const std::string& path,
                                               const PictureSettings& settings,
                                               const Device& device, int multiple);

/// Reads the styles, each at its style_size(), with their alpha if settings.keep_alpha. Errors as
/// read_at_output_size().
std::vector<PictureAndAlpha> read_styles(const std::vector<std::string>& paths,
                                         const PictureSettings& settings, int output_longest_side,
                                         const Device& device);

}  // namespace vggstyle
