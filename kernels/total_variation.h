#pragma once

namespace vggstyle {

/// How the differences of neighbouring pixels of one colour are added up. In the picture p, dx is the right
/// neighbour minus the pixel and dy the lower one minus the pixel, in units of pixel values (0..255); at the
/// last column dx is 0, and at the last row dy, unless the picture wraps.
enum class TotalVariation {
  kAbsolute,   ///< sum |dx| + |dy|; the derivative at 0 is taken as 0
  kSquared,    ///< sum dx^2 + dy^2
  kIsotropic,  ///< sum sqrt(dx^2 + dy^2 + kIsotropicEpsilon): an edge counts alike in any direction
};

/// Keeps the derivative of kIsotropic finite and smooth where neighbours are equal, and is a tenth of a pixel
/// value there, to every position, of a flat picture too. Rudin, Osher and Fatemi 1992; smoothed as by Vogel and
/// Oman 1996.
inline constexpr double kIsotropicEpsilon = 0.01;

}  // namespace vggstyle
