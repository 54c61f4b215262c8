#include "tools/toy/grid_lessons.h"

#include <fmt/format.h>

#include <algorithm>

namespace vggstyle::toy {
namespace {

std::string share(std::size_t part, std::size_t whole) {
  return fmt::format("{} ({:.3g} %)", part,
                     100 * static_cast<double>(part) / static_cast<double>(whole));
}

bool all_equal(const GridStyles& a, const GridStyles& b) {
  return a.raw == b.raw && a.centered == b.centered && a.both == b.both;
}

std::string determined(const GridStudy& study) {
  const GridStyles& styles = study.styles();
  const std::size_t images = study.grid.images();
  return fmt::format(
      "With {}, the {} images have {} raw, {} centred and {} joint styles: {:.2f}, {:.2f} and "
      "{:.2f} "
      "images to a style. Their style alone determines {}, {} and {} of them; the largest classes "
      "have {}, {} and {} images.",
      name_of(study.chosen), images, styles.raw.classes(), styles.centered.classes(),
      styles.both.classes(),
      static_cast<double>(images) / static_cast<double>(styles.raw.classes()),
      static_cast<double>(images) / static_cast<double>(styles.centered.classes()),
      static_cast<double>(images) / static_cast<double>(styles.both.classes()),
      share(styles.raw.unique(), images), share(styles.centered.unique(), images),
      share(styles.both.unique(), images), styles.raw.largest_size(),
      styles.centered.largest_size(), styles.both.largest_size());
}

/// Whether pixels after the filters are 0 or 1, so that x^2 = x.
bool binary_responses(const Variant& variant) {
  return variant.black == 0 || variant.relu;
}

std::string about_centring(const GridStudy& study) {
  const GridStyles& styles = study.styles();
  if (styles.both == styles.raw) {
    return std::string(
               "Both constraints tell apart exactly what the raw one does: centring adds "
               "nothing here. ") +
           (binary_responses(study.chosen)
                ? "It cannot: where x is 0 or 1 (or -x, under a filter that changes the sign), x² "
                  "= "
                  "±x, and the diagonal of the raw matrix, which counts the whites under each "
                  "filter, already holds the means that centring takes off."
                : "On a larger grid it does.");
  }
  return fmt::format(
      "Both constraints tell {} styles apart where the raw one tells {}. White is 1 and black -1, "
      "x² "
      "= 1 whatever the image: the diagonal of the raw matrix is constant and the means are lost. "
      "The difference of the two matrices is M mu mu^T, which gives them back, but for one sign of "
      "all.",
      styles.both.classes(), styles.raw.classes());
}

std::string about_centred_alone(const GridStudy& study) {
  const GridStyles& styles = study.styles();
  const std::size_t images = study.grid.images();
  const char* relation =
      styles.raw == styles.centered ? "exactly as the raw one does"
      : styles.raw.refines(styles.centered)
          ? "more coarsely than the raw one: each of its classes is a union of raw ones"
      : styles.centered.refines(styles.raw)
          ? "more finely than the raw one: each raw class is a union of centred ones"
          : "otherwise than the raw one: neither is finer";
  return fmt::format(
      "The centred constraint alone divides the images {}. It knows deviations only, and those of "
      "a "
      "negative are the same with the other sign: {} images share their centred style with their "
      "negative. By the raw style these are {}, by both {}.",
      relation, share(same_as_negative(study.grid, styles.centered), images),
      share(same_as_negative(study.grid, styles.raw), images),
      share(same_as_negative(study.grid, styles.both), images));
}

std::string about_black(const GridStudy& study) {
  const Partition& at_0 = study.styles({0, false, false}).both;
  const Partition& at_minus = study.styles({-1, false, false}).both;
  const Partition& raw_at_minus = study.styles({-1, false, false}).raw;
  return fmt::format(
      "Where black lies matters to the raw matrix: {} raw styles with black at 0, {} with black at "
      "-1 "
      "without ReLU, where only agreements of pixels count and not which colour they agree on. "
      "With "
      "both constraints it is {} against {}: {}.",
      study.styles({0, false, false}).raw.classes(), raw_at_minus.classes(), at_0.classes(),
      at_minus.classes(),
      at_0.refines(at_minus)
          ? "at -1 no image is told from its negative, and every class is a union "
            "of classes with black at 0"
          : "neither division is finer than the other");
}

std::string about_relu(const GridStudy& study) {
  const GridStyles& at_0 = study.styles({0, false, false});
  const bool cut = all_equal(study.styles({-1, false, true}), at_0);
  const bool bank = all_equal(study.styles({-1, true, true}), at_0);
  return fmt::format(
      "ReLU after the four unit filters turns black at -1 into 0{}. A bank of plus and minus "
      "filters "
      "under ReLU has a channel for the whites and one for the blacks of each pixel of the patch: "
      "{}. "
      "So ReLU is what lets a style know bright from dark; without it, the minus filters only "
      "repeat "
      "the plus filters with the other sign ({}).",
      cut ? ", and the classes are those of black at 0 (checked)" : "",
      bank
          ? "these eight tell apart what the four do with black at 0, no more and no less (checked)"
          : "its classes are not those of black at 0",
      all_equal(study.styles({-1, true, false}), study.styles({-1, false, false}))
          ? "checked: the same classes"
          : "though the classes differ");
}

std::string about_ways(const GridStudy& study) {
  std::vector<std::string> groups;
  for (const std::vector<Variant>& group : variants_alike(study)) {
    std::vector<std::string> names;
    for (const Variant& variant : group) names.push_back(fmt::format("({})", name_of(variant)));
    groups.push_back(fmt::format("{}", fmt::join(names, " = ")));
  }
  return fmt::format("Of the {} ways to look at the images, {} differ in what they tell apart: {}.",
                     study.results.size(), groups.size(), fmt::join(groups, "; "));
}

std::string about_patches(const GridStudy& study) {
  const Partition& style = study.styles().both;
  const std::size_t images = study.grid.images();
  return fmt::format(
      "A style of this layer can only know which 2x2 patches there are and how often, not where. "
      "There are {} such inventories; they determine {} images. The joint styles, {}, are {} of "
      "them: the rest of what is lost is lost because a Gram matrix counts pairs of pixels, never "
      "three or four at once.",
      study.patches.classes(), share(study.patches.unique(), images), style.classes(),
      share(style.classes(), study.patches.classes()));
}

std::string about_symmetries(const GridStudy& study) {
  const Partition& style = study.styles().both;
  const std::size_t classes = shared(style);
  if (classes == 0) return "Every image of this grid is determined by its joint style.";
  const std::size_t mirrors = shared_within(style, study.mirrors);
  const std::size_t shifts = shared_within(style, study.shifts);
  const std::size_t negatives = shared_within(style, study.negatives);
  return fmt::format(
      "Are images of one joint style the same image, moved? Of the {} classes of more than one "
      "image, "
      "{} lie within the mirror images and turns of one image, {} if it may also be shifted around "
      "the border, {} if black and white may be exchanged as well. {} hold images that no such "
      "move "
      "leads between: other arrangements of the same pairs.",
      classes, share(mirrors, classes), share(shifts, classes), share(negatives, classes),
      share(classes - negatives, classes));
}

std::string about_growth(const GridStudy& study) {
  if (study.growth.size() < 2) return {};
  const GridStudy::Step& first = study.growth.front();
  const GridStudy::Step& last = study.growth.back();
  const auto per_style = [](const GridStudy::Step& step) {
    return static_cast<double>(step.grid.images()) / static_cast<double>(step.both.classes);
  };
  return fmt::format(
      "The matrices keep their size while images grow: from {}x{} to {}x{} pixels the images to a "
      "joint style go from {:.3g} to {:.3g}, and those that their style determines from {} to {}. "
      "A "
      "style pins an image as long as it has about as many numbers as the image has pixels; "
      "beyond, "
      "it is a texture.",
      first.grid.width, first.grid.height, last.grid.width, last.grid.height, per_style(first),
      per_style(last), share(first.both.unique, first.grid.images()),
      share(last.both.unique, last.grid.images()));
}

}  // namespace

std::vector<std::vector<Variant>> variants_alike(const GridStudy& study) {
  std::vector<std::vector<Variant>> groups;
  for (const GridStudy::Result& result : study.results) {
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& known) {
      return all_equal(study.styles(known.front()), result.styles);
    });
    if (group == groups.end()) {
      groups.push_back({result.variant});
    } else {
      group->push_back(result.variant);
    }
  }
  return groups;
}

std::vector<std::string> lessons(const GridStudy& study) {
  std::vector<std::string> all = {
      determined(study),    about_centring(study),   about_centred_alone(study),
      about_black(study),   about_relu(study),       about_ways(study),
      about_patches(study), about_symmetries(study), about_growth(study)};
  all.erase(std::remove(all.begin(), all.end(), ""), all.end());
  return all;
}

}  // namespace vggstyle::toy
