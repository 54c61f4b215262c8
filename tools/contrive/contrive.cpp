#include "tools/contrive/contrive.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/error.h"
#include "tools/contrive/kinds.h"

namespace vggstyle {
namespace {

/// How many colours a kind can be given; `what` they are for, in order.
struct Palette {
  std::size_t least, most;
  const char* what;
};
constexpr std::size_t kMostColors = 64;
constexpr Palette kOwnColors{0, 0, ""};

struct Entry {
  const char* name;
  const char* description;
  Palette palette;
  bool scales;
  Picture (*draw)(const ContriveRequest& request);
};

constexpr Entry kEntries[] = {
    {"scene", "a lake before mountains, with a bridge, a house and trees", kOwnColors, false,
     contrived::scene},
    {"strokes", "thick brush strokes in swirls, blue and yellow", kOwnColors, true,
     contrived::strokes},
    {"circle", "a dark disc on a light ground", {2, 2, "ground, disc"}, true, contrived::circle},
    {"halves", "one half dark, one half light", {2, 2, "both halves"}, false, contrived::halves},
    {"checkers", "a red and black checkerboard", {2, 2, "both fields"}, true, contrived::checkers},
    {"rainbow",
     "nested rings from red to violet",
     {2, kMostColors, "rings from the centre"},
     true,
     contrived::rainbow},
    {"dots",
     "coloured dots in rows on a light ground",
     {2, kMostColors, "ground, dots"},
     true,
     contrived::dots},
    {"stripes",
     "slanting stripes of several widths and colours",
     {2, kMostColors, "stripes"},
     true,
     contrived::stripes},
    {"gradients",
     "colours that flow into each other, without an edge",
     {2, kMostColors, "colours"},
     true,
     contrived::gradients},
    {"clouds",
     "noise of all scales, from coarse to fine",
     {2, kMostColors, "valleys to peaks"},
     true,
     contrived::clouds},
    {"barnacles",
     "shells of all sizes, packed on a rock",
     {2, kMostColors, "rock, shells"},
     true,
     contrived::barnacles},
    {"leaves",
     "leaves with their veins, one over the other",
     {2, kMostColors, "ground, leaves"},
     true,
     contrived::leaves},
    {"text", "a column of lorem ipsum", {2, 2, "paper, ink"}, true, contrived::text},
    {"ram", "a bighorn ram on a slope, before a plain sky", kOwnColors, false, contrived::ram},
    {"flowers",
     "a meadow of many small flowers, from above",
     {2, kMostColors, "grass, flowers"},
     true,
     contrived::flowers},
    {"flower",
     "one large flower before a blurred ground",
     {2, 2, "ground, petals"},
     false,
     contrived::flower},
    {"forest", "straight bare trunks in the mist", kOwnColors, true, contrived::forest},
    {"rocks",
     "boulders on sand with long shadows",
     {2, kMostColors, "sand, rocks"},
     true,
     contrived::rocks},
    {"mud", "wet mud with puddles", {2, 2, "mud, water"}, true, contrived::mud},
};

std::string names_of(bool (*chosen)(const Entry&)) {
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) {
    if (chosen(entry)) names.emplace_back(entry.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

const Entry& find(const std::string& kind) {
  for (const Entry& entry : kEntries) {
    if (kind == entry.name) return entry;
  }
  throw InputError(fmt::format("there is no contrived picture '{}'; there are {}", kind,
                               names_of([](const Entry&) { return true; })));
}

void check_scale(const Entry& entry, double scale) {
  if (!(scale >= 0.1 && scale <= 10)) {
    throw InputError(fmt::format("--scale must be from 0.1 to 10, not {}", scale));
  }
  if (scale != 1 && !entry.scales) {
    throw InputError(fmt::format("--scale: '{}' has one scale only; what can be scaled are {}",
                                 entry.name, names_of([](const Entry& e) { return e.scales; })));
  }
}

void check_colors(const Entry& entry, std::size_t count) {
  if (count == 0) return;
  const Palette& palette = entry.palette;
  if (palette.most == 0) {
    throw InputError(fmt::format("--colors: '{}' has its own; what can be given colours are {}",
                                 entry.name,
                                 names_of([](const Entry& e) { return e.palette.most > 0; })));
  }
  if (count < palette.least || count > palette.most) {
    const std::string wanted = palette.least == palette.most
                                   ? std::to_string(palette.least)
                                   : fmt::format("{} to {}", palette.least, palette.most);
    throw InputError(fmt::format("--colors: '{}' takes {} ({}), not {}", entry.name, wanted,
                                 palette.what, count));
  }
}

}  // namespace

const std::vector<ContrivedKind>& contrived_kinds() {
  static const std::vector<ContrivedKind> kinds = [] {
    std::vector<ContrivedKind> result;
    for (const Entry& entry : kEntries) {
      result.push_back({entry.name, entry.description, entry.palette.what, entry.scales});
    }
    return result;
  }();
  return kinds;
}

Picture contrive(const std::string& kind, const ContriveRequest& request) {
  constexpr int kMaxSide = 16384;
  if (request.width < 1 || request.height < 1 || request.width > kMaxSide ||
      request.height > kMaxSide) {
    throw InputError(
        fmt::format("a picture of {}x{} cannot be drawn: each side must be from 1 to {}",
                    request.width, request.height, kMaxSide));
  }
  const Entry& entry = find(kind);
  check_scale(entry, request.scale);
  check_colors(entry, request.colors.size());
  return entry.draw(request);
}

Picture contrive(const std::string& kind, int width, int height, std::uint64_t seed) {
  ContriveRequest request;
  request.width = width;
  request.height = height;
  request.seed = seed;
  return contrive(kind, request);
}

}  // namespace vggstyle
