#pragma once

#include <exception>
#include <string>
#include <vector>

#include "tools/report/study_folder.h"
#include "tools/study/runner/study_record.h"
#include "tools/study/runner/study_request.h"

namespace vggstyle {

/// One picture that a study wants.
struct StudyRun {
  std::string name;  ///< of its files, pictures/NAME.png and .json; unique in the study
  ProblemSpec problem;
};

/// Thrown where Ctrl-C stopped a study. What is done is kept.
struct StudyInterrupted : std::exception {
  StudyInterrupted(std::size_t finished, std::size_t all) : done(finished), total(all) {}
  const char* what() const noexcept override { return "interrupted"; }
  std::size_t done, total;
};

/// InputError if one of `runs` cannot be done: a picture is too small for a layer, or its files
/// have names that cannot be (StudyFolder::check_names).
void check_runs(const StudyRequest& request, const StudyFolder& folder, const Engine& engine,
                const std::vector<StudyRun>& runs);

/// Makes the pictures of a study, several at once where that is faster, each as soon as there is
/// room, and keeps each in the folder as soon as it is there. Pictures that the folder has from an
/// earlier call with the same settings are taken as they are. Says before it starts how long it
/// will take, and while it runs how far it is.
///
/// The pictures do not depend on how many are made at once, nor on interruptions. StudyInterrupted
/// after Ctrl-C; errors as check_runs() before the first picture, and as optimize().
std::vector<StudyRecord> make_pictures(const StudyRequest& request, const StudyFolder& folder,
                                       Engine& engine, const std::vector<StudyRun>& runs);

}  // namespace vggstyle
