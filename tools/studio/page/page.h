#pragma once

#include <string_view>

namespace vggstyle {

/// The page of the studio: one HTML file with its style and script (tools/studio/page/).
std::string_view studio_page_html();

}  // namespace vggstyle
