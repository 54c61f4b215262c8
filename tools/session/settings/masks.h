#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/session/settings/settings.h"

namespace vggstyle {

/// "NAME=MASK" or "MASK". What is before a = is a name if it has only letters, digits, - and _. MASK is
/// "alpha", "luma:0.6-1", "color:#rrggbb" or "color:#rrggbb:40", of a content mask "rest", or else a file. SettingError if
/// that is none of them.
MaskSource parse_mask(std::string_view setting, const std::string& text);

/// A region of the result, or without content masks all of it, and where its style comes from.
struct RegionSources {
  std::string name;
  std::optional<MaskSource> content_mask;  ///< empty: the style is for the whole picture
  std::size_t style;                       ///< index of the style
  std::optional<MaskSource> style_mask;    ///< empty: all of the style counts
  double content = 1;                      ///< how much the content counts there
};

/// One for each content mask, with one style each or one for all; without content masks, one for each
/// style. Masks of styles belong to the regions by name, or else by their order; weights of the content to
/// content masks in their order. SettingError if they do not match, a weight is out of range, or "rest" is not the
/// last of several content masks.
std::vector<RegionSources> resolve_regions(const PictureSettings& settings, std::size_t styles);

}  // namespace vggstyle
