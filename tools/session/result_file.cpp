#include "tools/session/result_file.h"

#include <fmt/format.h>

#include "tools/pictures/write.h"
#include "tools/session/version.h"

namespace vggstyle {

void write_result(const std::string& path, const Picture& picture, int bits, const Engine& engine,
                  const std::string& command_line, std::uint64_t seed) {
  write_png(path, picture, bits,
            {{"Software", fmt::format("vggstyle {}", version())},
             {"Command", command_line},
             {"Weights", engine.weights.id + " (" + engine.weights.kind + ")"},
             {"Seed", std::to_string(seed)},
             {"Device", engine.device->name()}});
}

}  // namespace vggstyle
