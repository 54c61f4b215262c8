#include "tools/pictures/contrive.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/error.h"
#include "tools/pictures/contrive/kinds.h"

namespace vggstyle {
namespace {

struct Entry {
  const char* name;
  const char* description;
  Picture (*draw)(int width, int height, std::uint64_t seed);
};

constexpr Entry kEntries[] = {
    {"scene", "a lake before mountains, with a bridge, a house and trees", contrived::scene},
    {"strokes", "thick brush strokes in swirls, blue and yellow", contrived::strokes},
    {"checkers", "a red and black checkerboard", contrived::checkers},
    {"dots", "coloured dots in rows on a light ground", contrived::dots},
    {"stripes", "slanting stripes of several widths and colours", contrived::stripes},
};

}  // namespace

const std::vector<ContrivedKind>& contrived_kinds() {
  static const std::vector<ContrivedKind> kinds = [] {
    std::vector<ContrivedKind> result;
    for (const Entry& entry : kEntries) result.push_back({entry.name, entry.description});
    return result;
  }();
  return kinds;
}

Picture contrive(const std::string& kind, int width, int height, std::uint64_t seed) {
  constexpr int kMaxSide = 16384;
  if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide) {
    throw InputError(fmt::format("a picture of {}x{} cannot be drawn: give 1 to {} on each side",
                                 width, height, kMaxSide));
  }
  for (const Entry& entry : kEntries) {
    if (kind == entry.name) return entry.draw(width, height, seed);
  }
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) names.emplace_back(entry.name);
  throw InputError(fmt::format("there is no contrived picture '{}'; there are {}", kind,
                               fmt::join(names, ", ")));
}

}  // namespace vggstyle
