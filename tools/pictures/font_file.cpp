#include "tools/pictures/font_file.h"

#include <fontconfig/fontconfig.h>

#include <memory>
#include <new>

#include "runtime/error.h"

namespace vggstyle {
namespace {

struct Destroy {
  void operator()(FcConfig* config) const { FcConfigDestroy(config); }
  void operator()(FcPattern* pattern) const { FcPatternDestroy(pattern); }
};
using Config = std::unique_ptr<FcConfig, Destroy>;
using Pattern = std::unique_ptr<FcPattern, Destroy>;

[[noreturn]] void fail() {
  throw InputError(
      "no font was found to label pictures with: install one, for example with 'apt-get install "
      "fonts-dejavu-core'");
}

Pattern wanted(bool bold) {
  Pattern pattern(FcPatternCreate());
  const auto* family = reinterpret_cast<const FcChar8*>("DejaVu Sans");
  if (pattern == nullptr || !FcPatternAddString(pattern.get(), FC_FAMILY, family) ||
      !FcPatternAddBool(pattern.get(), FC_SCALABLE, FcTrue) ||
      !FcPatternAddBool(pattern.get(), FC_OUTLINE, FcTrue) ||
      !FcPatternAddInteger(pattern.get(), FC_WEIGHT, bold ? FC_WEIGHT_BOLD : FC_WEIGHT_NORMAL)) {
    throw std::bad_alloc();
  }
  return pattern;
}

}  // namespace

FontFile find_font(bool bold) {
  // Its own configuration rather than the process's: nothing is left behind.
  const Config config(FcInitLoadConfigAndFonts());
  if (config == nullptr) fail();
  const Pattern pattern = wanted(bold);
  if (!FcConfigSubstitute(config.get(), pattern.get(), FcMatchPattern)) throw std::bad_alloc();
  FcDefaultSubstitute(pattern.get());
  FcResult result = FcResultMatch;
  const Pattern match(FcFontMatch(config.get(), pattern.get(), &result));
  FcChar8* path = nullptr;  // the pattern's own
  FontFile font;
  if (match == nullptr || FcPatternGetString(match.get(), FC_FILE, 0, &path) != FcResultMatch ||
      FcPatternGetInteger(match.get(), FC_INDEX, 0, &font.index) != FcResultMatch) {
    fail();
  }
  font.path = reinterpret_cast<const char*>(path);
  return font;
}

}  // namespace vggstyle
