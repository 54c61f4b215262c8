#include "tools/study/runner/study_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "runtime/error.h"
#include "runtime/version.h"
#include "tools/pictures/picture_files.h"
#include "tools/pictures/read.h"
#include "tools/pictures/white_noise.h"
#include "tools/session/pictures/sizes.h"
#include "tools/session/settings/defaults.h"
#include "tools/session/settings/layer_names.h"

namespace vggstyle {
namespace {

/// The members of `run` by the names that they have in the table.
std::vector<std::pair<std::string, std::string>> members_of(const nlohmann::ordered_json& run,
                                                            const std::string& prefix = "") {
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [key, value] : run.items()) {
    if (value.is_object()) {
      const auto inside = members_of(value, prefix + key + ".");
      members.insert(members.end(), inside.begin(), inside.end());
    } else if (value.is_string()) {
      members.emplace_back(prefix + key, value.get<std::string>());
    } else if (!value.is_array()) {
      members.emplace_back(prefix + key, value.dump());
    }
  }
  return members;
}

}  // namespace

std::string unique_name(const std::string& name, std::set<std::string>& taken) {
  std::string unique = name;
  for (int i = 2; !taken.insert(unique).second; ++i) unique = fmt::format("{}-{}", name, i);
  return unique;
}

std::vector<StudyImage> read_images(const std::vector<std::string>& files,
                                    const PictureSettings& settings, int standard,
                                    const Device& device) {
  check_pictures(settings);
  std::vector<StudyImage> images;
  std::set<std::string> taken;
  for (const std::string& file : files) {
    images.push_back({unique_name(std::filesystem::path(file).stem().string(), taken), file,
                      read_at_output_size(file, settings, device, standard)});
  }
  return images;
}

void check_fits(const std::vector<StudyImage>& images, Model model, int deepest) {
  for (const StudyImage& image : images) {
    check_fits(model, deepest, image.picture.width, image.picture.height);
  }
}

nlohmann::ordered_json study_head(const std::string& study, const std::string& command_line,
                                  const Engine& engine, const std::vector<StudyImage>& images) {
  nlohmann::ordered_json head = {
      {"study", study},
      {"software", fmt::format("vggstyle {}", version())},
      {"command", command_line},
      {"model", model_name(engine.weights->model)},
      {"weights", {{"id", engine.weights->id}, {"kind", engine.weights->kind}}},
      {"device", engine.device->name()},
      {"precision", precision_name(engine.backend->precision())}};
  head["images"] = nlohmann::ordered_json::array();
  for (const StudyImage& image : images) {
    head["images"].push_back({{"name", image.name},
                              {"file", image.file},
                              {"width", image.picture.width},
                              {"height", image.picture.height}});
  }
  return head;
}

StudySetup set_up(const StudyRequest& request, Task task) {
  const auto& [network, device_settings, loss, optimizer, start, pictures] = request.settings;
  StudyFolder folder(request.folder);
  OptimizerSettings limited = optimizer;
  limited.iterations = optimizer.iterations.value_or(kStudyIterations);
  const Minimizer minimizer = resolve_optimizer(limited, loss.normalization, task);
  std::unique_ptr<Device> device = make_device(device_settings);
  std::vector<StudyImage> images =
      read_images(picture_files(request.images), pictures, kStudySize, *device);
  Engine engine = make_engine(std::move(device), device_settings, network);
  LossSettings studied = loss;
  // What `relative` has for textures only pleases the eye, and is no part of what is studied.
  std::optional<double>& tv = studied[LossKind::kTv].weight;
  if (loss.normalization == Normalization::kRelative) tv = tv.value_or(0);
  LossSpec resolved = resolve_loss(studied, task, engine.model(), engine.weights->kind);
  engine.require(deepest_layer(resolved));
  check_fits(images, engine.model(), deepest_layer(resolved));
  return {std::move(folder), minimizer,         start.seed,
          std::move(images), std::move(engine), std::move(resolved)};
}

StudyReport begin_report(const std::string& title, const StudyRequest& request,
                         const StudySetup& setup) {
  const auto& [folder, minimizer, seed, images, engine, loss] = setup;
  StudyReport report{study_head(request.study, request.command_line, engine, images),
                     {},
                     {title, {}, {}},
                     Document(title)};
  report.numbers["iterations"] = minimizer.iterations;
  report.numbers["seed"] = seed;
  report.document.preformatted(request.command_line);
  report.document.paragraph(fmt::format(
      "{}, weights {} ({}), {}, {}; up to {} evaluations of value and gradient a picture, seed {}.",
      model_name(engine.weights->model), engine.weights->id, engine.weights->kind,
      engine.device->name(), precision_name(engine.backend->precision()), minimizer.iterations,
      seed));
  return report;
}

ProblemSpec texture_problem(const StudySetup& setup, const LossSpec& loss, const Picture& style) {
  return {loss,
          setup.minimizer,
          {},
          {style},
          {1.0},
          noise_picture(style.width, style.height, mean_color(style),
                        noise_deviation(Task::kTexture), setup.seed),
          setup.seed};
}

ProblemSpec reconstruct_problem(const StudySetup& setup, const LossSpec& loss,
                                const Picture& content) {
  return {loss,
          setup.minimizer,
          content,
          {},
          {},
          noise_picture(content.width, content.height, kMidGrey,
                        noise_deviation(Task::kReconstruct), setup.seed),
          setup.seed};
}

std::string number_text(double value) {
  return fmt::format("{:.4g}", value);
}

Table records_of(const nlohmann::ordered_json& runs) {
  Table table;
  for (const auto& run : runs) {
    std::vector<std::string> row;
    const auto members = members_of(run);
    for (const auto& [name, value] : members) {
      if (table.rows.empty()) table.columns.push_back(name);
      row.push_back(value);
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

nlohmann::ordered_json run_json(const StudyRun& run, const StudyRecord& record) {
  return {{"picture", "pictures/" + run.name + ".png"},
          {"loss_first", record.first.total},
          {"loss_last", record.last.total},
          {"evaluations", record.evaluations},
          {"ended", record.ended}};
}

nlohmann::ordered_json color_json(const ColorFacts& facts) {
  return {{"dark_share", facts.dark_share},
          {"contrast", facts.contrast},
          {"chroma", facts.chroma},
          {"purple_share", facts.purple_share}};
}

nlohmann::ordered_json curve_json(const StudyRecord& record) {
  return {{"evaluations", record.curve_evaluations}, {"loss", record.curve_values}};
}

}  // namespace vggstyle
