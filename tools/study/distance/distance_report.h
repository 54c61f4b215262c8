#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/report/study_folder.h"
#include "tools/session/engine.h"
#include "tools/study/distance/distance.h"
#include "tools/study/distance/style_distances.h"
#include "tools/study/runner/study_parts.h"

namespace vggstyle {

/// All that was measured.
struct DistanceStudy {
  std::vector<StudyImage> images;
  std::vector<LossLayer> layers;
  std::vector<std::string> layer_names;
  std::vector<LayerDistances> distances;      ///< one a layer
  DistanceMatrix mean_frobenius, mean_bures;  ///< the relative ones, over layers
};

/// study.json.
nlohmann::ordered_json json_of(const DistanceStudy& study, const DistanceRequest& request,
                               const Engine& engine);

/// The whole folder.
StudyReport report_of(const DistanceStudy& study, const DistanceRequest& request,
                      const Engine& engine);

}  // namespace vggstyle
