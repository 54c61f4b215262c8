#include "tools/toy/grid/network_styles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "tools/contrive/random.h"

namespace vggstyle::toy {
namespace {

constexpr int kTaps = 9;
constexpr std::size_t kForms = 3;

/// One filter's share of its response by pixel of the patch. Images are grey: the three input
/// channels add up.
struct Filter {
  double bias;
  std::array<double, kTaps> black, white;
};

struct Level {
  double black, white;
};

Level level_of(NetworkGrid::Input input, const InputChannel& channel) {
  switch (input) {
    case NetworkGrid::Input::kBlackZero:
      return {0, 255 * channel.scale};
    case NetworkGrid::Input::kBlackNegative:
      return {-127.5 * channel.scale, 127.5 * channel.scale};
    case NetworkGrid::Input::kPreprocessed:
      break;
  }
  return {-channel.mean * channel.scale, (255 - channel.mean) * channel.scale};
}

std::vector<Filter> filters_of(const NetworkWeights& weights, NetworkGrid::Input input) {
  const ConvWeights& layer = weights.layers.front();
  std::vector<Filter> filters(layer.bias.size());
  std::size_t weight = 0;  // OIHW
  for (std::size_t k = 0; k < filters.size(); ++k) {
    filters[k] = {layer.bias[k], {}, {}};
    for (int c = 0; c < 3; ++c) {
      const Level level = level_of(input, input_channel(weights.preprocessing, c));
      for (std::size_t tap = 0; tap < kTaps; ++tap, ++weight) {
        filters[k].black[tap] += layer.kernel[weight] * level.black;
        filters[k].white[tap] += layer.kernel[weight] * level.white;
      }
    }
  }
  return filters;
}

/// What is under each tap of a filter: pixels of an image, or nothing.
enum class Under { kNothing, kBlack, kWhite };
using Patch = std::array<Under, kTaps>;

Patch patch_at(Grid grid, std::uint32_t image, int x, int y) {
  Patch patch{};
  for (int tap = 0; tap < kTaps; ++tap) {
    const int px = x + tap % 3 - 1, py = y + tap / 3 - 1;
    if (px < 0 || py < 0 || px >= grid.width || py >= grid.height) continue;
    const bool white = (image >> static_cast<unsigned>(py * grid.width + px)) & 1U;
    patch[static_cast<std::size_t>(tap)] = white ? Under::kWhite : Under::kBlack;
  }
  return patch;
}

template <typename Visit>
void for_each_patch(Grid grid, std::uint32_t image, Visit visit) {
  for (int y = 0; y < grid.height; ++y) {
    for (int x = 0; x < grid.width; ++x) visit(patch_at(grid, image, x, y));
  }
}

double response(const Filter& filter, const Patch& patch, bool relu) {
  double sum = filter.bias;
  for (std::size_t tap = 0; tap < kTaps; ++tap) {
    if (patch[tap] == Under::kBlack) sum += filter.black[tap];
    if (patch[tap] == Under::kWhite) sum += filter.white[tap];
  }
  return relu ? std::max(sum, 0.0) : sum;
}

/// u^T F F^T v and the same of F less its rows' means, for random u and v: from F's columns it takes
/// two dot products each instead of a matrix of 64 x 64.
class BilinearForms {
 public:
  explicit BilinearForms(std::size_t filters) {
    contrived::Random random(0, 7);
    for (std::size_t form = 0; form < kForms; ++form) {
      for (std::vector<double>* vector : {&u_[form], &v_[form]}) {
        for (std::size_t k = 0; k < filters; ++k) vector->push_back(random.uniform(-1, 1));
      }
    }
  }

  struct Values {
    std::array<double, kForms> raw, centered;
  };
  Values of(const std::vector<Filter>& filters, Grid grid, std::uint32_t image, bool relu) const {
    std::array<double, kForms> products{}, u_sums{}, v_sums{};
    for_each_patch(grid, image, [&](const Patch& patch) {
      std::array<double, kForms> u{}, v{};
      for (std::size_t k = 0; k < filters.size(); ++k) {
        const double activation = response(filters[k], patch, relu);
        for (std::size_t form = 0; form < kForms; ++form) {
          u[form] += u_[form][k] * activation;
          v[form] += v_[form][k] * activation;
        }
      }
      for (std::size_t form = 0; form < kForms; ++form) {
        products[form] += u[form] * v[form];
        u_sums[form] += u[form];
        v_sums[form] += v[form];
      }
    });
    Values values{products, {}};
    for (std::size_t form = 0; form < kForms; ++form) {
      values.centered[form] = products[form] - u_sums[form] * v_sums[form] / grid.pixels();
    }
    return values;
  }

 private:
  std::array<std::vector<double>, kForms> u_, v_;
};

/// Values of one class lie close together, those of different ones apart.
Partition by_value(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
  std::vector<std::uint32_t> run(values.size());
  for (std::size_t i = 1; i < order.size(); ++i) {
    const bool apart = values[order[i]] - values[order[i - 1]] > 1e-10 * largest;
    run[order[i]] = run[order[i - 1]] + (apart ? 1 : 0);
  }
  ClassNumbers<std::uint32_t> number;
  for (std::uint32_t& which : run) which = number(which);
  return Partition(std::move(run));
}

Partition by_values(const std::array<std::vector<double>, kForms>& forms) {
  Partition classes = by_value(forms[0]);
  for (std::size_t form = 1; form < kForms; ++form) {
    classes = common_refinement(classes, by_value(forms[form]));
  }
  return classes;
}

GridStyles styles_of(Grid grid, const std::vector<Filter>& filters, bool relu) {
  const BilinearForms forms(filters.size());
  std::array<std::vector<double>, kForms> raw, centered;
  for (std::uint32_t image = 0; image < grid.images(); ++image) {
    const BilinearForms::Values values = forms.of(filters, grid, image, relu);
    for (std::size_t form = 0; form < kForms; ++form) {
      raw[form].push_back(values.raw[form]);
      centered[form].push_back(values.centered[form]);
    }
  }
  Partition by_raw = by_values(raw), by_centered = by_values(centered);
  Partition by_both = common_refinement(by_raw, by_centered);
  return {std::move(by_raw), std::move(by_centered), std::move(by_both)};
}

/// Sums of well-mixed numbers of the patches: equal for the same patches in any order.
Partition by_patches(Grid grid) {
  ClassNumbers<std::uint64_t> number;
  std::vector<std::uint32_t> class_of(grid.images());
  for (std::uint32_t image = 0; image < grid.images(); ++image) {
    std::uint64_t sum = 0;
    for_each_patch(grid, image, [&](const Patch& patch) {
      std::uint64_t code = 0;
      for (const Under under : patch) code = 3 * code + static_cast<std::uint64_t>(under);
      sum += contrived::mix_bits(code);
    });
    class_of[image] = number(sum);
  }
  return Partition(std::move(class_of));
}

}  // namespace

std::string name_of(NetworkGrid::Input input) {
  switch (input) {
    case NetworkGrid::Input::kBlackZero:
      return "black 0";
    case NetworkGrid::Input::kBlackNegative:
      return "black -1";
    case NetworkGrid::Input::kPreprocessed:
      break;
  }
  return "as preprocessed";
}

NetworkGrid network_grid(Grid grid, const NetworkWeights& weights,
                         const std::function<void(const NetworkGrid::Result&)>& done) {
  using Input = NetworkGrid::Input;
  NetworkGrid found{weights.id, by_patches(grid), {}};
  for (const Input input : {Input::kBlackZero, Input::kBlackNegative, Input::kPreprocessed}) {
    const std::vector<Filter> filters = filters_of(weights, input);
    for (const bool relu : {false, true}) {
      found.results.push_back({input, relu, styles_of(grid, filters, relu)});
      done(found.results.back());
    }
  }
  return found;
}

double expected_network_seconds(Grid grid) {
  constexpr double kSecondsAPixel = 4e-6;  // of an image, all six ways
  return kSecondsAPixel * grid.images() * grid.pixels();
}

}  // namespace vggstyle::toy
