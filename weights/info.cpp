#include "weights/info.h"

#include "weights/reader/run_reader.h"

namespace vggstyle {

std::string weights_info(const std::string& path, const LoadOptions& options) {
  return run_reader("describe", path, options);
}

}  // namespace vggstyle
