#pragma once

#include <string>

#include "tools/study/distance/distance_report.h"

namespace vggstyle {

/// Layers by distances, of two pictures, and their mean.
Table pair_table(const DistanceStudy& study);
/// Pictures by pictures.
Table matrix_table(const std::string& caption, const DistanceStudy& study,
                   const DistanceMatrix& matrix);
/// study.csv: a row for each pair and layer.
Table records_of(const DistanceStudy& study);

/// For stdout: the pair's table, or the two matrices over all layers.
std::string text_of(const DistanceStudy& study);

}  // namespace vggstyle
