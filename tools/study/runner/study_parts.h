#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tools/report/document.h"
#include "tools/session/engine.h"
#include "tools/session/problem.h"
#include "tools/study/color_facts.h"
#include "tools/study/runner/study_request.h"
#include "tools/study/runner/study_runner.h"

namespace vggstyle {

/// What several studies do in the same way.

/// A picture that a study looks at.
struct StudyImage {
  std::string name;  ///< of its files: the file's name without ending, made unique
  std::string file;
  Picture picture;  ///< at the study's size
};

/// `name`, or the first of name-2, name-3... that is not taken; takes it.
std::string unique_name(const std::string& name, std::set<std::string>& taken);

/// The pictures in `files`, at --size, or without it at `standard` on the longest side if they are
/// larger. InputError if one cannot be used.
std::vector<StudyImage> read_images(const std::vector<std::string>& files,
                                    const PictureSettings& settings, int standard,
                                    const Device& device);
/// InputError if one is too small for a layer up to `deepest`.
void check_fits(const std::vector<StudyImage>& images, Model model, int deepest);

/// What a study of pictures begins with, read and checked.
struct StudySetup {
  StudyFolder folder;
  Minimizer minimizer;
  std::uint64_t seed;
  std::vector<StudyImage> images;
  Engine engine;
  LossSpec loss;  ///< what the request asks to minimise

  Model model() const { return engine.model(); }
  const std::vector<LossLayer>& layers(LossKind kind) const { return loss[kind].layers; }
};
/// InputError for anything that cannot be used, a picture too small for the deepest layer included.
StudySetup set_up(const StudyRequest& request, Task task);

/// What every study.json begins with: the study's name, the command, the network and the images.
nlohmann::ordered_json study_head(const std::string& study, const std::string& command_line,
                                  const Engine& engine, const std::vector<StudyImage>& images);

/// A report that has its title, the command and the settings.
StudyReport begin_report(const std::string& title, const StudyRequest& request,
                         const StudySetup& setup);

/// A texture of one style from noise, or the content of one picture from noise.
ProblemSpec texture_problem(const StudySetup& setup, const LossSpec& loss, const Picture& style);
ProblemSpec reconstruct_problem(const StudySetup& setup, const LossSpec& loss,
                                const Picture& content);

/// "0.0123": four digits, as tables show numbers.
std::string number_text(double value);

/// study.csv of the runs of study.json: their members that are text or numbers; those of an object
/// inside are named object.member.
Table records_of(const nlohmann::ordered_json& runs);

/// What every run of study.json begins with: its picture's file, losses, evaluations and end.
nlohmann::ordered_json run_json(const StudyRun& run, const StudyRecord& record);

/// The members of study.json that say what colours a picture has.
nlohmann::ordered_json color_json(const ColorFacts& facts);

/// Loss by evaluation, for study.json.
nlohmann::ordered_json curve_json(const StudyRecord& record);

}  // namespace vggstyle
