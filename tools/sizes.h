#pragma once

#include <string>
#include <vector>

#include "runtime/device.h"
#include "tools/options.h"
#include "tools/pictures/picture.h"

namespace vggstyle {

/// "640x480".
std::string size_text(const Picture& picture);

/// `picture` with its longest side at `requested` (--size), or without one at 512, but never
/// enlarged: that would add time and blur, but no detail.
/// InputError if a picture of that size cannot fit into the memory of `device`, whatever is done
/// with it.
Picture to_output_size(const Picture& picture, const std::optional<int>& requested,
                       const Device& device);

/// Reads the styles and brings them to the size that --style-size and --style-scale ask for; the
/// default is the longest side of the output, never enlarged.
std::vector<Picture> read_styles(const std::vector<std::string>& paths,
                                 const PictureOptions& options, int output_longest_side,
                                 const Device& device);

/// InputError for sizes and scales out of range, before any picture is read.
void check_sizes(const PictureOptions& options);

/// "white", "black" or "#rrggbb"; InputError otherwise.
Rgb parse_color(const std::string& text);

}  // namespace vggstyle
