#pragma once

namespace vggstyle {

/// What a 3x3 convolution finds one position outside of its input:
///
///   zero       0 0 | a b c d | 0 0     as the published networks were trained
///   reflect    . b | a b c d | c .     mirrored at the border positions
///   replicate  . a | a b c d | d .     the border positions again
///   circular   . d | a b c d | a .     the other side: the picture is a tile, repeated endlessly
enum class Padding { kZero, kReflect, kReplicate, kCircular };

/// Where the value of index `i` lies, from 0 to size - 1; -1 for a zero, which is all that any padding has
/// further out than one position. A single position is its own mirror image.
constexpr int padded_index(Padding padding, int i, int size) {
  if (i >= 0 && i < size) return i;
  if (padding == Padding::kZero || i < -1 || i > size) return -1;
  const int nearest = i < 0 ? 0 : size - 1, farthest = size - 1 - nearest;
  if (padding == Padding::kReplicate) return nearest;
  if (padding == Padding::kCircular) return farthest;
  const int beside = i < 0 ? 1 : size - 2;
  return size > 1 ? beside : 0;
}

/// Whether some positions are read again as their neighbours' padding. Then the gradient is no convolution
/// with the same padding: what flows back to the outside is added to where it was read.
constexpr bool reads_border_again(Padding padding) {
  return padding == Padding::kReflect || padding == Padding::kReplicate;
}

}  // namespace vggstyle
