#pragma once

#include <string>

#include "tools/study/runner/study_request.h"

namespace vggstyle {

/// The experiments of the founding article. Each makes pictures, measures them, and writes a folder
/// (tools/report/study_folder.h); docs/schema/ has what its study.json holds. Errors: InputError
/// for anything that cannot be used, before long work; StudyInterrupted after Ctrl-C.

/// What each layer holds of a picture: it is made again from noise so that one layer sees the same,
/// for one layer after the other (--content-layers); compared with the original.
void content_study(const StudyRequest& request);

/// What raw, centred and both Gram matrices hold of a style, and what the other style losses do: a texture by
/// each, measured also by what it was not asked to match.
void gram_study(const StudyRequest& request);

/// What each layer holds of a style: a texture from each layer alone, or cumulative (the first, the
/// first two...), by each of `optimizers`.
void layers_study(const StudyRequest& request, bool cumulative,
                  const std::vector<Optimizer>& optimizers);

/// How much of each of many pictures is style.
/// `versus`: none, or the names of two of them whose borders are compared.
void gallery_study(const StudyRequest& request, const std::vector<std::string>& versus);

}  // namespace vggstyle
