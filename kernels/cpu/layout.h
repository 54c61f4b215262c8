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

/// GCC's and Clang's vector extension, so that the kernels below need no intrinsics.
typedef float Vec __attribute__((vector_size(kBlock * sizeof(float)), aligned(4), may_alias));

/// One vector register. Vec is one, too, or two of the shorter ones of SSE2 and NEON; GCC keeps such a pair in
/// memory, and so what sums in registers sums in these.
#ifdef __AVX__
inline constexpr int kRegister = kBlock;
#else
inline constexpr int kRegister = 4;
#endif
typedef float Register
    __attribute__((vector_size(kRegister * sizeof(float)), aligned(4), may_alias));
inline constexpr int kRegisters = kBlock / kRegister;  // of a Vec

inline Vec load(const float* p) {
  return *reinterpret_cast<const Vec*>(p);
}
inline void store(float* p, Vec v) {
  *reinterpret_cast<Vec*>(p) = v;
}

inline Register load_register(const float* p) {
  return *reinterpret_cast<const Register*>(p);
}

/// `r` in a register from here on. GCC otherwise loads a value again wherever an instruction can take
/// it from memory, and loads are what a product has too many of.
inline void keep_in_register([[maybe_unused]] Register& r) {
#ifdef __AVX__
  asm("" : "+v"(r));
#endif
}

/// All lanes equal. x - 0 is x for every x, so that this compiles to one broadcast; x + 0 would
/// not.
inline Vec splat(float x) {
  return x - Vec{};
}
inline Register splat_register(float x) {
  return x - Register{};
}

/// A Vec to its registers, and back. Arrays of registers have their alignment, which Clang relies on in spite of the
/// type's.
inline void split(Vec v, Register (&parts)[kRegisters]) {
  alignas(sizeof(Register)) const Vec whole = v;
  for (int i = 0; i < kRegisters; ++i) parts[i] = reinterpret_cast<const Register*>(&whole)[i];
}
inline Vec join(const Register (&parts)[kRegisters]) {
  alignas(sizeof(Register)) Vec v;
  for (int i = 0; i < kRegisters; ++i) reinterpret_cast<Register*>(&v)[i] = parts[i];
  return v;
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
