#pragma once

#include <string_view>

namespace vggstyle {

/// The page that shows a run: one HTML file with its style and script (tools/serve/page/).
std::string_view page_html();

}  // namespace vggstyle
