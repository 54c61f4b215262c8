#include "tools/session/files/result_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "runtime/version.h"
#include "tools/pictures/write.h"
#include "tools/session/visit_settings.h"

namespace vggstyle {
namespace {

/// Puts what it is shown into a JSON object.
struct JsonVisitor {
  nlohmann::ordered_json& json;

  template <typename T>
  void operator()(std::string_view name, const T& value) {
    json[std::string(name)] = value;
  }
  void operator()(std::string_view name, const Picture& picture) {
    json[std::string(name)] = identity_of(picture);
  }
};

}  // namespace

std::string identity_of(const Picture& picture) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(picture.rgb.data());
  const auto sum = ::crc32_z(0, bytes, picture.rgb.size() * sizeof(float));
  return fmt::format("{}x{} {:08x}", picture.width, picture.height, sum);
}

std::string settings_text(const ProblemSpec& spec, const Engine& engine) {
  nlohmann::ordered_json json;
  visit_settings(spec, engine, JsonVisitor{json});
  return json.dump();
}

PictureText result_text(const ProblemSpec& spec, const Engine& engine,
                        const std::string& command_line, const std::string& steered) {
  PictureText text = {{"Software", fmt::format("vggstyle {}", version())},
                      {"Command", command_line},
                      {"Weights", engine.weights->id + " (" + engine.weights->kind + ")"},
                      {"Seed", std::to_string(spec.seed)},
                      {"Device", engine.device->name()},
                      {"Settings", settings_text(spec, engine)}};
  if (!steered.empty()) text.emplace_back(kSteered, steered);
  return text;
}

void write_result(const std::string& path, const Picture& picture, int bits,
                  const ProblemSpec& spec, const Engine& engine, const std::string& command_line,
                  const std::string& steered) {
  write_picture(path, picture, bits, result_text(spec, engine, command_line, steered),
                spec.alpha ? &*spec.alpha : nullptr, spec.profile);
}

}  // namespace vggstyle
