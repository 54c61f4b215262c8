#pragma once

#include <vector>

#include "net/loss_spec.h"

namespace vggstyle {

/// Distances between two styles on one layer, from the statistics of each (net/loss_spec.h), in
/// float64. InternalError if the layers have different numbers of channels.
///
/// All are symmetric and keep the triangle inequality. Those for kBoth and Bures' are 0 for the
/// same style and no other (of activations, whose means are not negative); kRaw does not see how a
/// matrix splits into mean and covariance, kCentered does not see the mean.

/// |g - g'|, |gc - gc'|, and for both the root of the sum of their squares.
double frobenius_distance(const StyleStatistics& a, const StyleStatistics& b, GramMode mode);

/// The same over sqrt((|g|^2 + |g'|^2) / 2), of the concatenated matrices for both: from 0 to the
/// root of 2, which is two styles with no direction in common, or a black one and any other; 0 for
/// two black ones. Over this root it is a metric (Hasto 2002, "A new weighted metric: the relative
/// metric I"); over sqrt(|g| |g'|) it is none, and infinite beside a black style.
double relative_frobenius_distance(const StyleStatistics& a, const StyleStatistics& b,
                                   GramMode mode);

/// The normal distribution (mu, gc) that a style is for Bures' distance, with what takes long: the
/// root of gc is found once, here. Eigenvalues that rounding may have made, among them those below
/// 0, count as 0.
class NormalStyle {
 public:
  explicit NormalStyle(const StyleStatistics& statistics);

 private:
  friend double bures_distance(const NormalStyle& a, const NormalStyle& b);
  friend double bures_size(const NormalStyle& a, const NormalStyle& b);

  std::vector<double> mean_;
  std::vector<double> root_;  ///< symmetric, of gc
  double power_;              ///< tr(g) = |mu|^2 + tr(gc), the squared distance from black
};

/// The 2-Wasserstein distance of the normal distributions (mu, gc) and (mu', gc') (Gelbrich 1990;
/// the covariances' part is the Bures metric):
///   sqrt(|mu - mu'|^2 + tr(gc + gc' - 2 (gc^1/2 gc' gc^1/2)^1/2)).
double bures_distance(const NormalStyle& a, const NormalStyle& b);
double bures_distance(const StyleStatistics& a, const StyleStatistics& b);

/// The root of the mean of both styles' squared distances from black: sqrt((tr(g) + tr(g')) / 2).
double bures_size(const NormalStyle& a, const NormalStyle& b);
/// bures_distance() over bures_size(): from 0 to the root of 2 (of activations, whose means are not
/// negative); 0 for two black ones. A metric, by the same theorem: an optimal coupling makes the
/// styles vectors of one Hilbert space, and couplings can be glued.
double relative_bures_distance(const NormalStyle& a, const NormalStyle& b);

/// Classical multidimensional scaling (Torgerson 1952): points in a plane whose distances are as
/// near as they can be to `distances` (n x n, row-major, symmetric), and the share of all
/// (positive) eigenvalues that the plane holds. The larger axis is x; each axis points to where its
/// largest entry is positive, so that the same distances give the same map. n = 1 is a point at 0.
struct PlaneMap {
  std::vector<double> x, y;
  double share = 1;
};
PlaneMap plane_map(const std::vector<double>& distances, int n);

}  // namespace vggstyle
