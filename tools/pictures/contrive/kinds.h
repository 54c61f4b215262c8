#pragma once

#include <cstdint>

#include "tools/pictures/picture.h"

/// The contrived pictures, one function and one file a kind; see contrive() for what they promise.
namespace vggstyle::contrived {

Picture scene(int width, int height, std::uint64_t seed);
Picture strokes(int width, int height, std::uint64_t seed);
Picture checkers(int width, int height, std::uint64_t seed);
Picture dots(int width, int height, std::uint64_t seed);
Picture stripes(int width, int height, std::uint64_t seed);

}  // namespace vggstyle::contrived
