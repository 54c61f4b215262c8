#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/device.h"
#include "tools/cli/options.h"
#include "tools/pictures/picture.h"

namespace vggstyle {

/// "640x480".
std::string size_text(const Picture& picture);

/// The size that a picture of `size` (width, height) is brought to: its longest side at `requested`
/// (--size), or without one at 512, but never enlarged: that would add time and blur, but no
/// detail.
std::pair<int, int> output_size(std::pair<int, int> size, const std::optional<int>& requested);
/// The size that a style of `size` is brought to: what --style-size and --style-scale ask for; the
/// default is the longest side of the output, never enlarged. InputError if that is out of range.
std::pair<int, int> style_size(std::pair<int, int> size, const PictureOptions& options,
                               int output_longest_side);

/// `picture` at its output_size().
/// InputError if a picture of that size cannot fit into the memory of `device`, whatever is done
/// with it.
Picture to_output_size(const Picture& picture, const std::optional<int>& requested,
                       const Device& device);

/// Reads the styles, each at its style_size().
std::vector<Picture> read_styles(const std::vector<std::string>& paths,
                                 const PictureOptions& options, int output_longest_side,
                                 const Device& device);

/// InputError for sizes and scales out of range, before any picture is read.
void check_sizes(const PictureOptions& options);

/// "white", "black" or "#rrggbb"; InputError, naming `option`, otherwise.
Rgb parse_color(const std::string& text, std::string_view option = "--background");

}  // namespace vggstyle
