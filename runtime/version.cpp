#include "runtime/version.h"

namespace vggstyle {

std::string_view version() {
  return VGGSTYLE_VERSION;
}

}  // namespace vggstyle
