#pragma once

#include <string>

#include "tools/report/study_folder.h"
#include "tools/toy/grid/grid_study.h"

namespace vggstyle::toy {

/// The study as it is written; docs/schema/toy.schema.json says what is in its numbers.
StudyReport report_of(const GridStudy& study, const std::string& command_line);

}  // namespace vggstyle::toy
