#pragma once

#include <optional>
#include <string>

#include "tools/report/study_folder.h"
#include "tools/toy/grid/grid_study.h"
#include "tools/toy/grid/network_styles.h"

namespace vggstyle::toy {

/// The study as it is written, with that of a network's first layer if there is one;
/// docs/schema/toy.schema.json says what is in its numbers.
StudyReport report_of(const GridStudy& study, const std::optional<NetworkGrid>& network,
                      const std::string& command_line);

}  // namespace vggstyle::toy
