#include "tools/evaluate/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "kernels/precision.h"
#include "net/layers.h"
#include "net/loss_spec.h"
#include "runtime/error.h"
#include "weights/hdf5/hdf5_file.h"

namespace vggstyle {
namespace {

/// A folder that goes with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
    std::string name = (folder / "vggstyle-XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr) {
      throw InputError(fmt::format(
          "cannot create a folder in {}: set TMPDIR to a folder that exists and has free space",
          error ? "the folder for temporary files" : folder.string()));
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// What the reference was made with, to be done here as the request says.
EvaluateRequest repeated(const Hdf5File& reference, const ValidateRequest& request) {
  const std::optional<std::string> arguments = reference.string_attribute("/", "arguments");
  const nlohmann::json list = nlohmann::json::parse(arguments.value_or(""), nullptr, false);
  if (!list.is_array() ||
      !std::all_of(list.begin(), list.end(), [](const auto& entry) { return entry.is_string(); })) {
    throw InputError(
        fmt::format("{}: it does not say how it was made (the attribute 'arguments' is missing or "
                    "damaged): write it again with this version's evaluate",
                    reference.path()));
  }
  EvaluateRequest repeat = request.parse_arguments(list.get<std::vector<std::string>>());
  NetworkSettings network = request.network;
  const NetworkSettings& named = repeat.settings.network;
  if (network.weights.empty()) network.weights = named.weights;
  if (!network.model) network.model = named.model;
  if (!network.preprocessing) network.preprocessing = named.preprocessing;
  repeat.settings.network = network;
  repeat.settings.device = request.device;
  repeat.quiet = true;
  return repeat;
}

struct Bounds {
  double activations, gram, loss, gradient;
};

Bounds bounds_of(Precision precision) {
  switch (precision) {
    case Precision::kTf32:
      return {1e-3, 2e-3, 2e-2, 0.2};
    case Precision::kFloat16:
      return {2e-3, 4e-3, 4e-2, 0.2};
    case Precision::kBfloat16:
      return {1.5e-2, 3e-2, 0.3, 0.4};
    default:
      return {1e-5, 1e-5, 1e-4, 1e-4};
  }
}

double bound_of(const Bounds& bounds, const std::string& dataset) {
  if (dataset.rfind("gram", 0) == 0) return bounds.gram;
  if (dataset.rfind("loss", 0) == 0) return bounds.loss;
  if (dataset == "gradient") return bounds.gradient;
  return bounds.activations;
}

std::size_t count_of(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t side : shape) count *= side;
  return count;
}

/// "[3, 0, 17]" of element `index`.
std::string coordinates(std::size_t index, const std::vector<std::size_t>& shape) {
  std::string text;
  for (auto side = shape.rbegin(); side != shape.rend(); ++side) {
    text = std::to_string(index % *side) + (text.empty() ? "" : ", ") + text;
    index /= *side;
  }
  return "[" + text + "]";
}

double norm(const std::vector<float>& values) {
  double sum = 0;
  for (const float v : values) sum += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(sum);
}

struct Difference {
  double error = 0, cosine = 1, worst = 0;
  std::size_t worst_at = 0;
};

/// `scale` is what the difference is measured by.
Difference compare(const std::vector<float>& own, const std::vector<float>& reference,
                   double scale) {
  Difference result;
  double difference = 0, product = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    const double a = static_cast<double>(own[i]), b = static_cast<double>(reference[i]);
    const double apart = std::abs(a - b);
    difference += apart * apart;
    product += a * b;
    if (!(apart <= result.worst)) {  // a NaN is the worst
      result.worst = apart;
      result.worst_at = i;
    }
  }
  const double both = norm(own) * norm(reference);
  result.error = scale > 0 ? std::sqrt(difference) / scale : std::sqrt(difference);
  result.cosine = both > 0 ? product / both : 1;
  return result;
}

/// Whether `dataset` agrees; prints its line, with `remark` behind.
bool agrees(const Hdf5File& own, const Hdf5File& reference, const std::string& dataset,
            const Bounds& bounds, const char* remark = "") {
  const std::vector<std::size_t> shape = reference.info(dataset).shape;
  if (own.info(dataset).shape != shape) {
    throw InputError(fmt::format("{}: {} does not have the shape that its arguments give here",
                                 reference.path(), dataset));
  }
  const auto read = [count = count_of(shape)](const Hdf5File& file, const std::string& name) {
    return file.read(name, count);
  };
  const std::vector<float> expected = read(reference, dataset);
  constexpr std::string_view kCentered = "gram_centered/";
  const double scale = dataset.rfind(kCentered, 0) == 0
                           ? norm(read(reference, "gram/" + dataset.substr(kCentered.size())))
                           : norm(expected);
  const Difference difference = compare(read(own, dataset), expected, scale);
  const double bound = bound_of(bounds, dataset);
  const bool good = difference.error <= bound;
  fmt::print("{:<26} {:>10.2e} {:>8.0e} {:>12.8f}  {:>10.2e} {:<18} {}{}\n", dataset,
             difference.error, bound, difference.cosine, difference.worst,
             shape.empty() ? "" : "at " + coordinates(difference.worst_at, shape),
             good ? "ok" : "FAILED", remark);
  return good;
}

/// Decisions that rounding tips over in a few places, each of which changes a gradient by more than
/// all other rounding.
struct OtherSides {
  std::size_t units = 0;    ///< active in one file and not in the other: the input is next to 0
  std::size_t windows = 0;  ///< of a max pool, with another largest element: two are next to equal
};

/// The winner, 0..3, of the window of an H x W x C array whose first element is `at`.
int winner(const std::vector<float>& hwc, std::size_t at, std::size_t channels, std::size_t width) {
  const std::size_t window[] = {at, at + channels, at + width * channels,
                                at + (width + 1) * channels};
  int best = 0;
  for (int i = 1; i < 4; ++i) {
    if (hwc[window[i]] > hwc[window[best]]) best = i;
  }
  return best;
}

std::size_t windows_apart(const std::vector<float>& a, const std::vector<float>& b,
                          const std::vector<std::size_t>& shape) {
  const std::size_t height = shape[0], width = shape[1], channels = shape[2];
  std::size_t windows = 0;
  for (std::size_t y = 0; y + 1 < height; y += 2) {
    for (std::size_t x = 0; x + 1 < width; x += 2) {
      for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t at = (y * width + x) * channels + c;
        if (winner(a, at, channels, width) != winner(b, at, channels, width)) ++windows;
      }
    }
  }
  return windows;
}

OtherSides other_sides(const Hdf5File& own, const Hdf5File& reference) {
  const Model model = parse_model(reference.string_attribute("/", "model").value_or("vgg16"));
  const bool max_pool =
      reference.string_attribute("/", "pooling").value_or("max") == name_of(Pooling::kMax);
  const std::vector<std::string> stored = reference.list().datasets;
  OtherSides sides;
  for (const ConvLayer& layer : conv_layers(model)) {
    const std::string dataset = "activations/" + layer.name;
    if (std::ranges::find(stored, dataset) == stored.end()) continue;
    const std::vector<std::size_t> shape = reference.info(dataset).shape;
    if (own.info(dataset).shape != shape) continue;  // agrees() says so
    const std::size_t count = count_of(shape);
    const std::vector<float> here = own.read(dataset, count),
                             there = reference.read(dataset, count);
    for (std::size_t i = 0; i < count; ++i) sides.units += (here[i] > 0) != (there[i] > 0) ? 1 : 0;
    if (max_pool && layer.last_in_block) sides.windows += windows_apart(here, there, shape);
  }
  return sides;
}

void print_other_sides(const OtherSides& sides) {
  const auto line = [](std::size_t count, const char* one, const char* many, const char* what) {
    if (count > 0) fmt::print("{} {} {}\n", count, count == 1 ? one : many, what);
  };
  if (sides.units + sides.windows > 0) fmt::print("\n");
  line(sides.units, "unit", "units", "of a ReLU on the other side than in the reference");
  line(sides.windows, "window", "windows",
       "of a max pool with another largest element than in the reference");
}

}  // namespace

int validate(const ValidateRequest& request) {
  const Hdf5File reference = Hdf5File::open(request.reference);
  EvaluateRequest repeat = repeated(reference, request);
  const ScratchFolder folder;
  repeat.output = folder / "own.h5";
  evaluate(repeat);
  const Hdf5File own = Hdf5File::open(repeat.output);
  const auto attribute = [](const Hdf5File& file, const char* name) {
    return file.string_attribute("/", name).value_or("unknown");
  };
  if (attribute(own, "weights") != attribute(reference, "weights")) {
    throw InputError(
        fmt::format("{}: it was made with weights {}, and these are {}: name the same "
                    "ones with --weights",
                    request.reference, attribute(reference, "weights"), attribute(own, "weights")));
  }
  const std::string precision = attribute(own, "precision");
  const Bounds bounds = bounds_of(parse_precision(precision).value_or(Precision::kFloat32));
  fmt::print("reference: {}, {}\nhere: {}, {}\n\n", attribute(reference, "device"),
             attribute(reference, "precision"), attribute(own, "device"), precision);
  fmt::print("{:<26} {:>10} {:>8} {:>12}  {}\n", "", "error", "bound", "cosine", "worst element");
  const OtherSides sides = other_sides(own, reference);
  int compared = 0, apart = 0;
  for (const std::string& dataset : reference.list().datasets) {
    ++compared;
    if (agrees(own, reference, dataset, bounds)) continue;
    // A gradient is judged with every unit and window on the reference's side.
    if (dataset == "gradient" && sides.units + sides.windows > 0) {
      repeat.sides_of = request.reference;
      repeat.output = folder / "sides.h5";
      evaluate(repeat);
      const Hdf5File decided = Hdf5File::open(repeat.output);
      if (agrees(decided, reference, dataset, bounds, ", with ReLUs and pools as in the reference"))
        continue;
    }
    ++apart;
  }
  if (compared == 0) {
    throw InputError(fmt::format("{}: it contains nothing to compare", request.reference));
  }
  print_other_sides(sides);
  fmt::print("\n{} of {} agree\n", compared - apart, compared);
  return apart == 0 ? 0 : kExitDiffers;
}

}  // namespace vggstyle
