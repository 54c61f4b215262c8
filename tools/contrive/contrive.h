#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/pictures/picture.h"

namespace vggstyle {

struct ContrivedKind {
  std::string name;
  std::string description;  // one line, for help texts
  std::string colors;       // what the colours of a request are for, in order; empty: takes none
  bool scales = false;      // whether its features can be made larger and smaller
};

/// The kinds of picture that contrive() draws.
const std::vector<ContrivedKind>& contrived_kinds();

struct ContriveRequest {
  int width = 512;
  int height = 512;
  std::uint64_t seed = 0;
  double scale = 1;         // size of the features, relative to the kind's own
  std::vector<Rgb> colors;  // instead of the kind's own; empty: those
};

/// Draws a picture from nothing but numbers. Sizes in it follow the shorter side (in ribbons, an
/// eighth of the longer), so that the same seed shows the same picture, larger or smaller. The same
/// arguments give the same picture, whatever the number of threads, but for the last bits of the
/// mathematical functions, and text for the fonts of the machine.
///
/// InputError if there is no such kind (the message lists them), a side is not 1..16384, the scale
/// is not 0.1..10, the kind has no use for a scale or colours that are given, or wants another
/// number of colours; or, for text, if the machine has no font.
Picture contrive(const std::string& kind, const ContriveRequest& request);
/// The same, in the kind's own scale and colours.
Picture contrive(const std::string& kind, int width, int height, std::uint64_t seed);

}  // namespace vggstyle
