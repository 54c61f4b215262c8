#pragma once

#include "tools/pictures/picture.h"

namespace vggstyle {

/// Measures of two pictures of one size (InternalError otherwise), in float64, from sRGB-encoded
/// values. Each header line says the range, and which end means "the same".

/// Root of the mean squared difference of all three channels, 0..255; 0: the same.
double color_error(const Picture& a, const Picture& b);

/// Correlation of the gradient magnitudes (Sobel, of the mean of the channels, inside the outermost
/// pixels) of two pictures, -1..1; 1: edges in the same places with the same relative strengths; 0
/// where one has no edges.
double edge_correlation(const Picture& a, const Picture& b);

/// Structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004): Rec. 709 luma, Gaussian window
/// of 11 x 11 with deviation 1.5, K1 = 0.01, K2 = 0.03, mean over the windows that lie inside
/// (smaller windows where a side is below 11); -1..1, 1: the same.
double structural_similarity(const Picture& a, const Picture& b);

/// Measures of what a picture looks like wherever things are; the pictures may differ in size.

/// Mean over the three channels of Wasserstein's distance between their histograms, 0..255.
double histogram_distance(const Picture& a, const Picture& b);

/// Distance of the mean colours, Euclidean, 0..442.
double mean_color_distance(const Picture& a, const Picture& b);

/// Root of the mean squared difference between the logarithms (base 10) of the radially averaged
/// power spectra of Rec. 709 luma, in 31 bins of equal width of frequency from 1/64 to 1/2 cycles a
/// pixel (of those in which both pictures have frequencies); of pictures with the mean taken off,
/// under a Hann window. What rounding to 8 bits adds, 1/12 a frequency, is added to both, so that
/// power below it does not count. 0: the same.
double spectrum_distance(const Picture& a, const Picture& b);

/// Mean of Rec. 709 luma (of encoded values) over the outermost eighth on each side, less that of
/// the rest, over the deviation of luma; 0 where that is constant. Above 0: a bright border.
double border_brightness(const Picture& picture);

/// The share of the variance of luma (Rec. 709, encoded values) that is between rows, as in lines of
/// text, and between columns, as in a forest of straight trunks: 0..1, both 0 where luma is
/// constant. Noise has 1 over the length of a row, or of a column.
struct Bands {
  double rows = 0, columns = 0;
};
Bands bands(const Picture& picture);

}  // namespace vggstyle
