#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/pictures/picture.h"
#include "tools/pictures/read.h"
#include "tools/session/settings/settings.h"

namespace vggstyle {

/// Masks are grey pictures of the size of what they mask: white belongs to the region, black does not, grey
/// does in part (its luma / 255).

/// The mask of `picture`, which was read from `path`. A file may have another size, but not other proportions, apart from sides that were rounded to multiples of `multiple`: SettingError for
/// `setting`; InputError as read_picture(). Its transparent parts are black. What is taken of the picture
/// has soft edges: a luma that is outside of its range counts less and less, to nothing at a distance of
/// 0.05; a colour at more than the tolerance, to nothing at twice that. InputError if the alpha of a
/// picture is asked for that is opaque.
Picture read_mask(std::string_view setting, const MaskSource& source, const Picture& picture,
                  const std::string& path, const ReadOptions& options, int multiple = 1);

/// What belongs to both, as much as to the one that it belongs to less. Of one size.
Picture both(const Picture& mask, const Picture& other);

/// What the masks do not cover, of which a pixel is covered by the sum of its weights, at most 1. All are of one size.
Picture rest_of(const std::vector<const Picture*>& masks);

/// Of each pixel, row by row, 0 to 1.
std::vector<float> mask_weights(const Picture& mask);

/// `picture` where the masks cover it, `content` where they do not (rest_of()), mixed between. All are of one size.
Picture covered(const Picture& picture, const Picture& content,
                const std::vector<const Picture*>& masks);

}  // namespace vggstyle
