#include "weights/info.h"

#include "weights/reader/run_reader.h"

namespace vggstyle {

std::string weights_info(const std::string& path, const LoadOptions& options) {
  std::string description;
  run_reader("describe", path, options,
             [&](const ReadBytes& read) { description = read_rest(read); });
  return description;
}

}  // namespace vggstyle
