#pragma once

#include <string>
#include <vector>

#include "net/loss_spec.h"

namespace vggstyle {

/// Distances between two styles on one layer, from the statistics of each (net/loss_spec.h), in
/// float64. All are metrics but for the relative ones, which are not symmetric in general and are
/// made so: divided by the root of the product of both norms.

/// |g - g'|, |gc - gc'|, and for both the root of the sum of their squares.
double frobenius_distance(const StyleStatistics& a, const StyleStatistics& b, GramMode mode);

/// The same over sqrt(|g| |g'|), of the concatenated matrices for both; 0 for two black ones.
double relative_frobenius_distance(const StyleStatistics& a, const StyleStatistics& b,
                                   GramMode mode);

/// The 2-Wasserstein distance of the normal distributions (mu, gc) and (mu', gc') (Gelbrich 1990;
/// the covariances' part is the Bures metric):
///   sqrt(|mu - mu'|^2 + tr(gc + gc' - 2 (gc^1/2 gc' gc^1/2)^1/2)).
/// Eigenvalues below 0, which rounding makes, count as 0.
double bures_distance(const StyleStatistics& a, const StyleStatistics& b);

/// Classical multidimensional scaling (Torgerson 1952): points in a plane whose distances are as
/// near as they can be to `distances` (n x n, row-major, symmetric), and the share of all (positive)
/// eigenvalues that the plane holds. The larger axis is x; each axis points to where its largest
/// entry is positive, so that the same distances give the same map. n = 1 is a point at 0.
struct PlaneMap {
  std::vector<double> x, y;
  double share = 1;
};
PlaneMap plane_map(const std::vector<double>& distances, int n);

}  // namespace vggstyle
