#pragma once

#include <optional>
#include <string>

#include "net/layers.h"

namespace vggstyle {

/// Where to read weights from, and why.
struct FoundWeights {
  std::string path;
  std::string explanation;  ///< one line for the user; says how to get the published weights if
                            ///< these are others that nobody asked for
};

/// The weights of a run, the first of:
///   1. `explicit_path` (--weights), if it is not empty;
///   2. $VGGSTYLE_WEIGHTS;
///   3. the published file in $XDG_DATA_HOME/vggstyle (~/.local/share/vggstyle), where
///      weights/fetch.sh puts it; without `model`, VGG-16's before VGG-19's;
///   4. the house weights, which are VGG-16's: <folder of the program>/../share/vggstyle/house.h5,
///      or weights/house.h5 in the source tree.
/// Files under 1 and 2 are not looked at here. InputError, which says how to get some, if there are
/// none for `model`.
FoundWeights find_weights(const std::string& explicit_path, std::optional<Model> model);

/// $XDG_DATA_HOME/vggstyle, or ~/.local/share/vggstyle; empty without a home.
std::string weights_folder();

/// The published file's name.
std::string published_name(Model model);

}  // namespace vggstyle
