#include "tools/toy/sampling.h"

#include <algorithm>
#include <cmath>

#include "optim/lbfgs.h"
#include "runtime/cpu_device.h"
#include "tools/contrive/random.h"

namespace vggstyle::toy {
namespace {

/// Squared errors of the styles. Device memory of the CPU is host memory.
class StyleError : public Objective {
 public:
  StyleError(const Image& target, GramMode constraint)
      : target_(statistics_of(target)), constraint_(constraint) {}

  std::size_t size() const override { return Image{}.size(); }

  ObjectiveValue evaluate(const float* x, float* gradient,
                          const std::function<void()>& then) override {
    const Image image = {x[0], x[1], x[2], x[3]};
    const Statistics s = statistics_of(image);
    const double raw = raw_error(s), centered = centered_error(s);
    for (std::size_t i = 0; i < image.size(); ++i) {
      const double deviation = image[i] - s.sum / 4;
      gradient[i] = static_cast<float>(4 * raw * image[i] + 4 * centered * deviation);
    }
    if (then) then();
    return {raw * raw + centered * centered};
  }

  double residual(const Image& image) const {
    const Statistics s = statistics_of(image);
    return std::max(std::fabs(raw_error(s)), std::fabs(centered_error(s)));
  }

 private:
  double raw_error(const Statistics& s) const {
    return constraint_ == GramMode::kCentered ? 0 : s.gram - target_.gram;
  }
  double centered_error(const Statistics& s) const {
    return constraint_ == GramMode::kRaw ? 0 : s.centered - target_.centered;
  }

  Statistics target_;
  GramMode constraint_;
};

Sample search(StyleError& error, VectorOps& ops, const Image& start) {
  // Far below what float32 pixels allow, except where errors grow with a power of the distance.
  constexpr double kGoodEnough = 1e-18;
  LbfgsOptions options;
  options.max_evaluations = 300;
  options.history = 8;
  options.first_change = 0.1;
  options.bounds = Bounds{0, 1};
  std::array<float, 4> x{};
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(start[i]);
  minimize(error, ops, x.data(), options,
           [](const Progress& progress) { return progress.value.total > kGoodEnough; });
  const Image image = {x[0], x[1], x[2], x[3]};
  const double residual = error.residual(image);
  return {start, image, residual, residual <= kTolerance};
}

double spread_of(const std::vector<Image>& images) {
  if (images.empty()) return 0;
  const double count = static_cast<double>(images.size());
  double squares = 0;
  for (std::size_t i = 0; i < Image{}.size(); ++i) {
    double mean = 0;
    for (const Image& image : images) mean += image[i] / count;
    for (const Image& image : images) squares += (image[i] - mean) * (image[i] - mean) / count;
  }
  return std::sqrt(squares);
}

}  // namespace

Samples sample_solutions(const Image& image, GramMode constraint, int starts, std::uint64_t seed) {
  const auto device = make_cpu_device(1);
  const auto ops = make_cpu_vector_ops(*device);
  StyleError error(image, constraint);
  contrived::Random random(seed, static_cast<std::uint64_t>(constraint));
  Samples samples;
  std::vector<Image> found;
  for (int i = 0; i < starts; ++i) {
    Image start{};
    for (double& x : start) x = random.uniform();
    const Sample sample = search(error, *ops, start);
    samples.all.push_back(sample);
    if (!sample.converged) continue;
    ++samples.converged;
    found.push_back(sample.image);
    samples.largest_residual = std::max(samples.largest_residual, sample.residual);
    if (std::none_of(samples.distinct.begin(), samples.distinct.end(),
                     [&](const Image& other) { return distance(sample.image, other) <= kSame; })) {
      samples.distinct.push_back(sample.image);
    }
  }
  samples.spread = spread_of(found);
  return samples;
}

}  // namespace vggstyle::toy
