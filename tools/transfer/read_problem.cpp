#include "tools/transfer/read_problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tools/measures/color_match.h"
#include "tools/pictures/formats/color_profile.h"
#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"
#include "tools/pictures/white_noise.h"
#include "tools/session/pictures/color_transfer.h"
#include "tools/session/pictures/masks.h"
#include "tools/session/pictures/sizes.h"
#include "tools/session/settings/check.h"
#include "tools/session/settings/defaults.h"
#include "tools/session/settings/masks.h"

namespace vggstyle {
namespace {

/// The picture whose shape the output takes.
PictureAndAlpha read_shaping_picture(const RunRequest& request, const Device& device,
                                     int multiple) {
  const PictureSettings& pictures = request.settings.pictures;
  const bool texture = request.task == Task::kTexture;
  const std::string& path = texture ? request.styles.front() : request.content;
  return read_with_alpha_at_output_size(path, pictures, device, multiple);
}

/// The part of a style that counts: what its mask shows and is not transparent. Empty if all does.
std::optional<Picture> read_style_mask(const RunRequest& request, const RegionSources& region,
                                       const PictureAndAlpha& style) {
  if (!region.style_mask) return style.alpha;
  const Picture mask = read_mask("style-mask", *region.style_mask, style.picture,
                                 request.styles[region.style], request.settings.pictures.reading);
  return style.alpha ? both(mask, *style.alpha) : mask;
}

/// The styles, for each region its own, which several may share, and all masks.
void read_regions(const RunRequest& request, const std::vector<RegionSources>& regions,
                  const std::vector<PictureAndAlpha>& styles, const Picture& shaping, int multiple,
                  ProblemSpec& problem) {
  for (const RegionSources& region : regions) {
    const PictureAndAlpha& style = styles[region.style];
    problem.styles.push_back(style.picture);
    problem.style_masks.push_back(read_style_mask(request, region, style));
    if (!region.content_mask) continue;
    std::vector<const Picture*> before;
    for (const MaskedRegion& other : problem.regions) before.push_back(&other.mask);
    Picture mask = region.content_mask->rest
                       ? rest_of(before)
                       : read_mask("content-mask", *region.content_mask, shaping, request.content,
                                   request.settings.pictures.reading, multiple);
    problem.regions.push_back({region.name, std::move(mask), region.content});
  }
  const auto is_all = [](const std::optional<Picture>& mask) { return !mask; };
  if (std::ranges::all_of(problem.style_masks, is_all)) problem.style_masks.clear();
  if (!problem.regions.empty()) problem.blend.assign(problem.styles.size(), 1.0);
}

/// A picture with the weights of what counts of it, if not all does.
WeightedPicture weighted(const Picture& picture, const std::optional<Picture>& counts) {
  return WeightedPicture(picture, counts ? mask_weights(*counts) : std::vector<float>{});
}

/// What counts of style `s`: not what its mask leaves out, nor what is transparent.
WeightedPicture weighted_style(const ProblemSpec& problem, std::size_t s) {
  return weighted(problem.styles[s],
                  problem.style_masks.empty() ? std::nullopt : problem.style_masks[s]);
}

Picture start_picture(const RunRequest& request, const ProblemSpec& problem, int width,
                      int height) {
  const Settings& settings = request.settings;
  switch (resolve_start(settings.start, settings.loss.normalization, request.task)) {
    case StartSettings::Kind::kNoise:
      return noise_picture(
          width, height, problem.styles.empty() ? kMidGrey : mean_color(weighted_style(problem, 0)),
          noise_deviation(request.task), problem.seed);
    case StartSettings::Kind::kContent:
      if (problem.content) return *problem.content;
      throw SettingError("init", " content: a texture has no content; use noise");
    case StartSettings::Kind::kStyle:
      if (!problem.styles.empty()) return resize(problem.styles.front(), width, height);
      throw SettingError("init", " style: there is no style here; use noise");
    case StartSettings::Kind::kFile:
      break;
  }
  const auto size = [=](auto) { return std::pair{width, height}; };
  const ReadOptions& reading = settings.pictures.reading;
  return settings.pictures.keep_alpha ? read_with_alpha(settings.start.file, reading, size).picture
                                      : read_picture(settings.start.file, reading, size);
}

/// What `mode` does before the run. What it does after it is ProblemSpec::finished().
void prepare_colors(ColorMode mode, ProblemSpec& problem) {
  if (mode == ColorMode::kStyle) return;
  if (!problem.content || problem.styles.empty()) {
    throw SettingError("color", fmt::format(" {}: it takes a content and a style; there is no {}",
                                            name_of(mode), problem.content ? "style" : "content"));
  }
  problem.color = mode;
  const bool match = mode == ColorMode::kMatch || mode == ColorMode::kMatchCholesky;
  if (!match) problem.colors = problem.content;
  const WeightedPicture content = weighted(*problem.content, problem.alpha);
  for (std::size_t s = 0; s < problem.styles.size(); ++s) {
    Picture& picture = problem.styles[s];
    const WeightedPicture style = weighted_style(problem, s);
    if (match) {
      picture =
          match_colors(style, content,
                       mode == ColorMode::kMatch ? ColorMap::kSymmetricRoot : ColorMap::kCholesky);
    }
    if (mode == ColorMode::kLuminance) picture = gray_matched(style, content);
  }
  if (mode == ColorMode::kLuminance) problem.content = gray(*problem.content);
}

}  // namespace

void check_profile(const RunRequest& request, const std::vector<std::uint8_t>& profile) {
  if (!request.output.keep_profile || profile.empty()) return;
  const std::string why = why_not_written(profile);
  if (why.empty()) return;
  throw SettingError("keep-profile",
                     fmt::format(": the colour profile of '{}' {}; leave this option out, and the "
                                 "result is sRGB",
                                 request.content, why));
}

namespace {

/// A content is no tile, and so what takes over its colours is none.
void check_tile(const PictureSettings& pictures) {
  if (!pictures.tileable) return;
  const bool takes_pixels = pictures.color == ColorMode::kContent ||
                            pictures.color == ColorMode::kLuminance ||
                            pictures.color == ColorMode::kOnly;
  if (takes_pixels) {
    throw SettingError("tileable",
                       fmt::format(": --color {} takes colours from the content, which does not go "
                                   "on across its border; use match, or leave one out",
                                   name_of(pictures.color)));
  }
}

}  // namespace

void check_request(const RunRequest& request) {
  const Settings& settings = request.settings;
  check_pictures(settings.pictures);
  check_tile(settings.pictures);
  resolve_optimizer(settings.optimizer, settings.loss.normalization, request.task);
  if (request.task == Task::kTexture && !settings.pictures.content_masks.empty()) {
    throw SettingError("content-mask",
                       ": a texture has no content; use --style-mask for the part "
                       "of the style that counts");
  }
  resolve_regions(settings.pictures, request.styles.size());
  resolve_blend(settings.pictures.style_blend, request.styles.size());
}

ProblemSpec read_problem(const RunRequest& request, const Engine& engine) {
  const auto& [network, device, loss, optimizer, start, pictures] = request.settings;
  check_request(request);
  ProblemSpec problem;
  problem.minimizer = resolve_optimizer(optimizer, loss.normalization, request.task);
  const std::vector<RegionSources> regions = resolve_regions(pictures, request.styles.size());
  problem.blend = resolve_blend(pictures.style_blend, request.styles.size());
  problem.seed = start.seed;
  problem.memory = request.settings.device.memory;
  problem.loss = resolve_loss(loss, request.task, engine.model(), engine.weights->kind);
  const int multiple = tile_multiple(pictures, engine.model(), deepest_layer(problem.loss));
  PictureAndAlpha shaping_file = read_shaping_picture(request, *engine.device, multiple);
  const Picture& shaping = shaping_file.picture;
  const std::vector<PictureAndAlpha> styles = read_styles(
      request.styles, pictures, std::max(shaping.width, shaping.height), *engine.device);
  if (request.task != Task::kTexture) {
    problem.content = shaping;
    problem.alpha = std::move(shaping_file.alpha);
    check_profile(request, shaping_file.profile);
    if (request.output.keep_profile) problem.profile = std::move(shaping_file.profile);
  }
  read_regions(request, regions, styles, shaping, multiple, problem);
  prepare_colors(pictures.color, problem);
  problem.start = start_picture(request, problem, shaping.width, shaping.height);
  count_regions(problem);
  resolve_padding(loss, device, problem.loss);
  if (terms_of(problem.loss).empty()) {
    throw InputError("every weight is 0, so there is nothing to minimise");
  }
  engine.require(deepest_layer(problem.loss));
  return problem;
}

}  // namespace vggstyle
