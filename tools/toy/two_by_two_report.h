#pragma once

#include <string>

#include "tools/report/study_folder.h"
#include "tools/toy/two_by_two_study.h"

namespace vggstyle::toy {

/// The study as it is written; docs/schema/toy.schema.json says what is in its numbers.
StudyReport report_of(const TwoByTwoStudy& study, const std::string& command_line);

/// The algebra and what the cases came to, as lines for a terminal.
std::string text_of(const Proof& proof);

/// "raw: dimension 3, 1 piece: ...", what the searches found behind it.
std::string text_of(const TwoByTwoStudy::Constraint& constraint);

}  // namespace vggstyle::toy
