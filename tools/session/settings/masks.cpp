#include "tools/session/settings/masks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "tools/session/settings/check.h"
#include "tools/session/settings/color.h"
#include "tools/session/settings/numbers.h"

namespace vggstyle {
namespace {

bool is_name(std::string_view text) {
  return std::ranges::all_of(
      text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

constexpr std::string_view kLuma = "luma:", kColor = "color:";

/// What follows "luma:".
MaskSource::LumaRange parse_luma(std::string_view setting, std::string_view text) {
  const std::vector<std::string> ends = split(text, '-');
  if (ends.size() == 2) {
    const double low = parse_number(setting, ends[0]), high = parse_number(setting, ends[1]);
    if (low >= 0 && low <= high && high <= 1) return {low, high};
  }
  throw SettingError(setting, fmt::format(" luma:{}: use luma:LOW-HIGH with two numbers from 0 "
                                          "(black) to 1 (white), as in luma:0.6-1",
                                          text));
}

/// What follows "color:".
MaskSource::ColorRange parse_color_range(std::string_view setting, std::string_view text) {
  constexpr double kTolerance = 40;
  const std::size_t colon = text.find(':');
  const Rgb color = parse_color(setting, std::string(text.substr(0, colon)));
  if (colon == std::string_view::npos) return {color, kTolerance};
  const double tolerance = parse_number(setting, text.substr(colon + 1));
  if (!(tolerance > 0 && tolerance <= 442)) {
    throw SettingError(setting, fmt::format(" color:{}: the tolerance must be above 0 and at most "
                                            "442, the distance from black to white",
                                            text));
  }
  return {color, tolerance};
}

/// SettingError if a name is there twice.
void check_names(const std::vector<RegionSources>& regions) {
  for (std::size_t i = 0; i < regions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (regions[i].name != regions[j].name) continue;
      throw SettingError("content-mask",
                         fmt::format(" {}: two regions have this name", regions[i].name));
    }
  }
}

/// SettingError if "rest" comes before another mask, or alone.
void check_rest(const std::vector<MaskSource>& masks) {
  for (std::size_t i = 0; i < masks.size(); ++i) {
    if (!masks[i].rest || (i > 0 && i + 1 == masks.size())) continue;
    throw SettingError(
        "content-mask",
        " rest: is what the masks before it leave, so it comes last, behind another");
  }
}

/// The number; where a region is called that, with a mark that no name can have.
std::string free_name(const PictureSettings& settings, std::size_t number) {
  std::string name = std::to_string(number);
  const auto is_taken = [&](const MaskSource& mask) { return mask.name == name; };
  if (std::ranges::any_of(settings.content_masks, is_taken)) name += '.';
  return name;
}

std::vector<RegionSources> regions_of(const PictureSettings& settings, std::size_t styles) {
  std::vector<RegionSources> regions;
  if (settings.content_masks.empty()) {
    for (std::size_t s = 0; s < styles; ++s)
      regions.push_back({std::to_string(s + 1), {}, s, {}, 1});
    return regions;
  }
  const std::size_t count = settings.content_masks.size();
  if (styles != 1 && styles != count) {
    throw SettingError(
        "content-mask",
        fmt::format(": there is one for each region, and the regions are {}, the styles {}; give "
                    "one style for each region, in their order, or one for all",
                    count, styles));
  }
  if (!settings.style_blend.empty()) {
    throw SettingError("style-blend",
                       " cannot be used with --content-mask: each region has one style");
  }
  check_rest(settings.content_masks);
  for (std::size_t i = 0; i < count; ++i) {
    const MaskSource& mask = settings.content_masks[i];
    regions.push_back({mask.name.empty() ? free_name(settings, i + 1) : mask.name,
                       mask,
                       styles == 1 ? 0 : i,
                       {},
                       1});
  }
  check_names(regions);
  return regions;
}

/// Puts the weights, if there are any, into the regions, which then have content masks.
void set_content(const std::vector<double>& weights, std::size_t content_masks,
                 std::vector<RegionSources>& regions) {
  if (weights.empty()) return;
  for (const double weight : weights) check_weight("region-content", weight);
  if (weights.size() != content_masks) {
    throw SettingError("region-content",
                       fmt::format(" has {} weights for {} regions; give one for each "
                                   "--content-mask",
                                   weights.size(), content_masks));
  }
  for (std::size_t i = 0; i < regions.size(); ++i) regions[i].content = weights[i];
}

/// The region that the `order`-th of the styles' masks belongs to.
RegionSources& find_region(std::vector<RegionSources>& regions, const MaskSource& mask,
                           std::size_t order) {
  std::string names;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    if (mask.name.empty() ? i == order : regions[i].name == mask.name) return regions[i];
    names += (names.empty() ? "" : ", ") + regions[i].name;
  }
  if (mask.name.empty()) {
    throw SettingError("style-mask", fmt::format(" is given more often than there are styles or "
                                                 "regions, {}",
                                                 regions.size()));
  }
  throw SettingError(
      "style-mask",
      fmt::format(" {}: there is no region of this name; use one of {}", mask.name, names));
}

}  // namespace

MaskSource parse_mask(std::string_view setting, const std::string& text) {
  MaskSource mask;
  std::string rest = text;
  const std::size_t equals = text.find('=');
  if (equals != std::string::npos && is_name(std::string_view(text).substr(0, equals))) {
    mask.name = text.substr(0, equals);
    rest = text.substr(equals + 1);
  }
  if (rest.empty() || equals == 0) {
    throw SettingError(setting,
                       fmt::format(" '{}': use FILE or NAME=FILE, as in sky=sky.png", text));
  }
  if (rest == "alpha") {
    mask.alpha = true;
  } else if (rest == "rest") {
    if (setting != "content-mask") {
      throw SettingError(setting,
                         " rest: only a --content-mask can be what others leave; a file of "
                         "this name is ./rest");
    }
    mask.rest = true;
  } else if (rest.starts_with(kLuma)) {
    mask.luma = parse_luma(setting, std::string_view(rest).substr(kLuma.size()));
  } else if (rest.starts_with(kColor)) {
    mask.color = parse_color_range(setting, std::string_view(rest).substr(kColor.size()));
  } else {
    mask.file = rest;
  }
  return mask;
}

std::vector<RegionSources> resolve_regions(const PictureSettings& settings, std::size_t styles) {
  std::vector<RegionSources> regions = regions_of(settings, styles);
  set_content(settings.region_content, settings.content_masks.size(), regions);
  for (std::size_t i = 0; i < settings.style_masks.size(); ++i) {
    RegionSources& region = find_region(regions, settings.style_masks[i], i);
    if (region.style_mask) {
      throw SettingError("style-mask", fmt::format(": region {} has more than one", region.name));
    }
    region.style_mask = settings.style_masks[i];
  }
  return regions;
}

}  // namespace vggstyle
