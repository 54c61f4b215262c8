#pragma once

#include <cstddef>

#include "kernels/tensor.h"

/// Where the CPU backend puts its elements.
///
/// A tensor with a multiple of kBlock channels is blocked, oneDNN's nChw16c or nChw8c:
/// [channels / kBlock][height][width][kBlock], so that one vector register holds kBlock channels of
/// one position. A tensor with fewer channels (the pixels: 3) is planar: [channels][height][width].
namespace vggstyle::cpu {

#ifdef __AVX512F__
inline constexpr int kBlock = 16;
#else
inline constexpr int kBlock = 8;
#endif

/// One vector register (two, where the processor's are shorter): GCC's and Clang's vector
/// extension, so that the kernels below need no intrinsics.
typedef float Vec __attribute__((vector_size(kBlock * sizeof(float)), aligned(4), may_alias));

inline Vec load(const float* p) {
  return *reinterpret_cast<const Vec*>(p);
}
inline void store(float* p, Vec v) {
  *reinterpret_cast<Vec*>(p) = v;
}

/// `v` in a register from here on. GCC otherwise loads a value again wherever an instruction can take
/// it from memory, and loads are what a product has too many of.
inline void keep_in_register([[maybe_unused]] Vec& v) {
#ifdef __AVX__
  asm("" : "+v"(v));
#endif
}

/// All lanes equal. x - 0 is x for every x, so that this compiles to one broadcast; x + 0 would
/// not.
inline Vec splat(float x) {
  return x - Vec{};
}

inline float* elements(const Tensor& tensor) {
  return static_cast<float*>(tensor.data);
}

inline bool is_blocked(const Shape& shape) {
  return shape.channels % kBlock == 0;
}

/// Index of the first element of (channel block, position).
inline std::size_t block_offset(const Shape& shape, std::size_t block, std::size_t position) {
  return (block * shape.positions() + position) * kBlock;
}

}  // namespace vggstyle::cpu
