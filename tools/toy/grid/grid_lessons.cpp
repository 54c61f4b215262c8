#include "tools/toy/grid/grid_lessons.h"

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

double images_per_style(const GridStudy& study, const Partition& classes) {
  return static_cast<double>(study.grid.images()) / static_cast<double>(classes.classes());
}

std::string determined(const GridStudy& study) {
  const GridStyles& styles = study.styles();
  const std::size_t images = study.grid.images();
  return fmt::format(
      "With {}, the {} images have {} raw, {} centred and {} joint styles: {:.2f}, {:.2f} and "
      "{:.2f} images to a style. Their style alone determines {}, {} and {} of them; the largest "
      "classes have {}, {} and {} images.",
      name_of(study.chosen), images, styles.raw.classes(), styles.centered.classes(),
      styles.both.classes(), images_per_style(study, styles.raw),
      images_per_style(study, styles.centered), images_per_style(study, styles.both),
      share(styles.raw.unique(), images), share(styles.centered.unique(), images),
      share(styles.both.unique(), images), styles.raw.largest_size(),
      styles.centered.largest_size(), styles.both.largest_size());
}

/// Whether each filter answers with 0 and one other value, 1 or -1.
bool counts_whites(const Variant& variant) {
  return variant.black == 0 || variant.relu;
}

std::string about_centring(const GridStudy& study) {
  const GridStyles& styles = study.styles();
  const bool adds = !(styles.both == styles.raw);
  std::string text =
      adds ? fmt::format("Both constraints tell {} styles apart where the raw one tells {}. ",
                         styles.both.classes(), styles.raw.classes())
           : "Both constraints tell apart exactly what the raw one does: centring adds nothing. ";
  if (counts_whites(study.chosen)) {
    text +=
        "A filter here answers with 0 or with one other value, 1 or -1, whose square is 1: the "
        "diagonal of the raw matrix counts these answers, and so holds the means that centring "
        "takes off.";
  } else {
    text +=
        "White is 1 and black -1, so that x² = 1 whatever the image: the diagonal of the raw "
        "matrix is constant, and the means are not in it. The difference of the two matrices, M mu "
        "mu^T, gives them back, but for one sign of all.";
  }
  return text;
}

std::string about_centred_alone(const GridStudy& study) {
  const GridStyles& styles = study.styles();
  const std::size_t images = study.grid.images();
  const bool finer = styles.centered.refines(styles.raw);
  const bool coarser = styles.raw.refines(styles.centered);
  const char* relation = finer && coarser ? "exactly as the raw one does"
                         : coarser        ? "more coarsely than the raw one, joining its classes"
                         : finer          ? "more finely than the raw one, splitting its classes"
                                          : "otherwise than the raw one, neither being finer";
  return fmt::format(
      "The centred constraint alone divides the images {}. It knows deviations only, and those of "
      "a negative are the same with the other sign: {} images share their centred style with their "
      "negative. The raw style is shared by {}, both are by {}.",
      relation, share(same_as_negative(study.grid, styles.centered), images),
      share(same_as_negative(study.grid, styles.raw), images),
      share(same_as_negative(study.grid, styles.both), images));
}

std::string about_black(const GridStudy& study) {
  const GridStyles& at_0 = study.styles({0, false, false});
  const GridStyles& at_minus = study.styles({-1, false, false});
  const bool negatives = same_as_negative(study.grid, at_minus.both) == study.grid.images();
  return fmt::format(
      "Where black lies matters: {} raw styles with black at 0, {} with black at -1 and no ReLU, "
      "where pixels that agree count, and not which colour they agree on. With both constraints it "
      "is {} against {}{}{}.",
      at_0.raw.classes(), at_minus.raw.classes(), at_0.both.classes(), at_minus.both.classes(),
      at_0.both.refines(at_minus.both) ? "; each style at -1 joins styles at 0" : "",
      negatives ? "; at -1 no image is told from its negative" : "");
}

std::string about_relu(const GridStudy& study) {
  const GridStyles& at_0 = study.styles({0, false, false});
  const bool cut = all_equal(study.styles({-1, false, true}), at_0);
  const bool bank = all_equal(study.styles({-1, true, true}), at_0);
  const bool repeat = all_equal(study.styles({-1, true, false}), study.styles({-1, false, false}));
  return fmt::format(
      "ReLU behind the four unit filters turns a black of -1 into 0{}. Behind plus and minus "
      "filters it leaves a channel for the whites and one for the blacks of each pixel of the "
      "patch: {}. Without ReLU, the minus filters repeat the plus filters with the other sign{}.",
      cut ? ": the classes are those of black at 0 (checked)" : "",
      bank ? "together they tell apart what the four do with black at 0, no more, no less (checked)"
           : "their classes are not those of black at 0",
      repeat ? ", and add nothing (checked)" : "");
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
  return fmt::format(
      "A style of this layer can know which 2x2 patches there are and how often, not where they "
      "are. There are {} such inventories, which determine {} images. The joint styles are {}: the "
      "matrices hold sums over pairs of pixels, never over three or four at once.",
      study.patches.classes(), share(study.patches.unique(), study.grid.images()),
      style.classes() == study.patches.classes()
          ? "as many"
          : fmt::format("fewer, {}", share(style.classes(), study.patches.classes())));
}

std::string about_symmetries(const GridStudy& study) {
  const Partition& style = study.styles().both;
  const std::size_t classes = shared(style);
  if (classes == 0) return "Every image of this grid is determined by its joint style.";
  const std::size_t negatives = shared_within(style, study.negatives);
  return fmt::format(
      "Are images of one joint style the same image, moved? Of the {} classes of more than one "
      "image, {} consist of one image and its mirror images and turns; {} if it may also be "
      "shifted around the border; {} if black and white may change places as well. {} hold images "
      "that no such move leads between.",
      classes, share(shared_within(style, study.mirrors), classes),
      share(shared_within(style, study.shifts), classes), share(negatives, classes),
      share(classes - negatives, classes));
}

std::string about_growth(const GridStudy& study) {
  if (study.growth.size() < 2) return {};
  const GridStudy::Step& first = study.growth.front();
  const GridStudy::Step& last = study.growth.back();
  const auto per_style = [](const GridStudy::Step& step) {
    return static_cast<double>(step.grid.images()) / static_cast<double>(step.both.classes);
  };
  std::string text = fmt::format(
      "The matrices keep their size while images grow: from {}x{} to {}x{} pixels, the images to a "
      "joint style go from {:.3g} to {:.3g}",
      first.grid.width, first.grid.height, last.grid.width, last.grid.height, per_style(first),
      per_style(last));
  if (first.both.unique > 0) {
    text += fmt::format(", those that their style determines from {} to {}",
                        share(first.both.unique, first.grid.images()),
                        share(last.both.unique, last.grid.images()));
  }
  return text + ".";
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
