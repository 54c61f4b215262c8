#pragma once

#include <string>
#include <vector>

#include "tools/study/runner/study_request.h"
#include "tools/transfer/run.h"

namespace vggstyle {

/// One setting that is varied, and the values that it takes, as they were typed.
struct Variation {
  std::string name;  ///< "tv"
  std::vector<std::string> values;
};

/// One combination: a value of each variation.
struct Combination {
  std::vector<std::string> values;
  RunRequest run;
};

/// The same pictures with different settings, as one labelled sheet.
struct CompareRequest {
  StudyRequest study;  ///< -o, --at-once, --quiet; images: the content, if any, and the styles
  std::vector<Variation> variations;
  std::vector<Combination> combinations;  ///< all of them, the first variation changing fastest
};

/// Makes a picture for each combination: of a content and its styles a transfer, of one picture a
/// texture. Writes a study's folder. Errors as a study's.
void compare(const CompareRequest& request);

}  // namespace vggstyle
