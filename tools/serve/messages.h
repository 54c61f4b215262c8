#pragma once

#include <string>

#include "tools/serve/board.h"

namespace vggstyle {

/// What the page is sent, as JSON.
std::string facts_message(const RunFacts& facts);
std::string state_message(const Board::View& view, const RunFacts& facts);
std::string error_message(const std::string& sentence);

/// The weights of {"style": 1, "tv": 0.1}; of kinds left out, those of `now`. InputError if that is no such
/// object, or the run cannot have them.
LossWeights parse_weights(const std::string& json, const LossWeights& now, const RunFacts& facts);

}  // namespace vggstyle
