#pragma once

#include <string>
#include <vector>

#include "tools/study/runner/study_request.h"
#include "tools/transfer/run.h"

namespace vggstyle {

/// The same pictures with different settings, as one labelled sheet.
struct CompareRequest {
  StudyRequest study;               ///< -o, --at-once, --quiet; images: the files of `run`
  RunRequest run;                   ///< what is the same for all
  std::vector<std::string> varied;  ///< --vary: "gram=raw,centered,both", one option each
};

/// Makes a picture for each combination of the values: of a content and its styles a transfer, of
/// one picture a texture. Writes a study's folder. Errors as a study's.
void compare(const CompareRequest& request);

}  // namespace vggstyle
