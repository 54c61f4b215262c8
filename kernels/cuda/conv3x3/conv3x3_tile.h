#pragma once

#include "kernels/cuda/device/layout.h"
#include "kernels/cuda/device/mma.h"

/// The tiles of the fast 3x3 convolution (conv3x3_fast.cu) and how they lie in memory.
///
/// A block computes kRows x 16 positions of 64 output channels. The sum over K = 9 C goes in steps
/// of one tap of one chunk of channels, 64 bytes of each position:
///
///            18 positions                     64 bytes = 4 slots of 16
///         +--------------+   A: the chunk        +----+----+----+----+
///         | halo         |   with its halo,      | s0 | s1 | s2 | s3 |  a position
///   kRows | +----------+ |   loaded once for     +----+----+----+----+
///    + 2  | | 16 x kRows |   nine taps           slots are swizzled: s ^ (p / 2 % 4)
///         | +----------+ |
///         +--------------+   B: 64 outputs x 64 bytes of one tap, 4 KB, in the order of reading
///
/// A tap moves the window that the fragments are read from; nothing is copied for it. With the
/// swizzle any 8 neighbouring positions of one slot lie in 8 different groups of 4 banks, so that
/// ldmatrix has no bank conflict for any tap.
namespace vggstyle::cuda {

constexpr int kTileColumns = 16;  // positions in a row of the tile
constexpr int kMostTileRows = 16, kLeastTileRows = 4;
constexpr int kHaloColumns = kTileColumns + 2;
constexpr int kTileChannels = 64;  // output channels
constexpr int kChunkBytes = 64;    // of K in a step
constexpr int kSlots = kChunkBytes / kSlotBytes;
constexpr int kFilterBytes = kTileChannels * kChunkBytes;  // B of one step
constexpr int kConvTaps = 9;

/// Channels of one step.
template <typename T>
constexpr int kChunk = kChunkBytes / static_cast<int>(sizeof(T));

/// Byte offset of slot `slot` of row `row` (a position of A, an output channel of B).
__host__ __device__ constexpr int swizzled(int row, int slot) {
  return (row * kSlots + (slot ^ (row / 2 % kSlots))) * kSlotBytes;
}

}  // namespace vggstyle::cuda
