// Optimisers whose vectors ranks share.

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "kernels/backend.h"
#include "optim/adam.h"
#include "optim/gradient_descent.h"
#include "optim/lbfgs.h"
#include "optim/preconditioner/pyramid_preconditioner.h"
#include "optim/ranks/shared_archive.h"
#include "optim/ranks/shared_pyramid.h"
#include "optim/ranks/shared_vector_ops.h"
#include "runtime/cpu_device.h"
#include "tests/optim/memory_archive.h"
#include "tests/ranks/thread_ranks.h"
#include "tests/support/kernel_testing.h"

using namespace vggstyle;
using namespace vggstyle::testing;
using vggstyle::test::MemoryArchive;

namespace {

constexpr Shape kPicture{3, 32, 7};
constexpr int kRanks = 3;
constexpr Interval kBands[] = {{0, 16}, {16, 17}, {17, 32}};

std::size_t unknowns() {
  return kPicture.elements();
}

/// 1/2 sum w_i (x_i - 200)^2 of this rank's part of the unknowns, or all, with w from 1 to 100; NaN in evaluation `bad`.
class SharedQuadratic final : public Objective {
 public:
  SharedQuadratic(const BandVectors* bands, int bad = 0) : bands_(bands), bad_(bad) {
    for (std::size_t i = 0; i < unknowns(); ++i) {
      weights_.push_back(std::pow(100.0F, static_cast<float>(i * 37 % 101) / 101));
    }
    if (bands == nullptr) return;
    std::vector<float> own(bands->band_elements());
    bands->cut(weights_.data(), own.data());
    weights_ = own;
  }
  std::size_t size() const override { return weights_.size(); }
  ObjectiveValue evaluate(const float* x, float* g, const std::function<void()>& then) override {
    double value = 0;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const double w = static_cast<double>(weights_[i]), d = static_cast<double>(x[i]) - 200;
      value += 0.5 * w * d * d;
      g[i] = static_cast<float>(w * d);
    }
    if (++evaluations_ == bad_) value = std::numeric_limits<double>::quiet_NaN();
    if (then) then();
    if (bands_ != nullptr) bands_->ranks().sum({&value, 1});
    return {value, {value}};
  }

 private:
  const BandVectors* bands_;
  int bad_, evaluations_ = 0;
  std::vector<float> weights_;
};

struct End {
  Result result;
  std::vector<float> x;
};

enum class Kind { kLbfgs, kBounded, kPreconditioned, kAdam, kDescent };
constexpr Kind kKinds[] = {Kind::kLbfgs, Kind::kBounded, Kind::kPreconditioned, Kind::kAdam,
                           Kind::kDescent};

template <typename Options>
End descend(SharedQuadratic& problem, VectorOps& ops, float* x, const Options& options,
            StateArchive* from, const std::function<void(const Progress&)>& then) {
  const Result result = minimize(
      problem, ops, x, options,
      [&](const Progress& progress) {
        then(progress);
        return true;
      },
      from);
  return {result, {}};
}

/// 8 evaluations from grey, or from a state; after the fourth step the state is saved in `saved`, if that is not null.
End descend(Kind kind, const BandVectors* bands, MemoryArchive* from, MemoryArchive* saved,
            int bad = 0) {
  const auto device = make_cpu_device(1);
  const auto backend = make_cpu_backend(*device);
  SharedQuadratic problem(bands, bad);
  PyramidPreconditioner pyramid(*backend, kPicture);
  std::optional<SharedPyramid> shared_pyramid;
  if (bands != nullptr) shared_pyramid.emplace(*bands, *backend);
  std::optional<SharedVectorOps> shared;
  if (bands != nullptr) shared.emplace(bands->ranks(), backend->vector_ops());
  VectorOps& ops = bands != nullptr ? *shared : backend->vector_ops();
  std::vector<float> x(problem.size(), 128);
  std::optional<SharedRestorer> restored;
  StateArchive* state = from;
  if (bands != nullptr && from != nullptr) state = &restored.emplace(*bands, *from);
  const auto then = [&](const Progress& progress) {
    if (saved == nullptr || progress.iterations != 4) return;
    if (bands == nullptr) return progress.save(*saved);
    SharedSaver saver(*bands, *saved);
    progress.save(saver);
  };
  End end;
  if (kind == Kind::kAdam) {
    AdamOptions options;
    options.max_evaluations = 8;
    end = descend(problem, ops, x.data(), options, state, then);
  } else if (kind == Kind::kDescent) {
    GradientDescentOptions options;
    options.max_evaluations = 8;
    end = descend(problem, ops, x.data(), options, state, then);
  } else {
    LbfgsOptions options;
    options.max_evaluations = 8;
    options.history = 3;
    options.bounds.reset();
    if (kind == Kind::kBounded) options.bounds = Bounds{0, 180};
    if (kind == Kind::kPreconditioned) {
      options.preconditioner = &pyramid;
      if (bands != nullptr) options.preconditioner = &*shared_pyramid;
    }
    end = descend(problem, ops, x.data(), options, state, then);
  }
  end.x = bands != nullptr ? bands->gather(x.data()) : x;
  return end;
}

/// Of each rank; `saved` is filled by the first.
std::vector<End> descend_together(Kind kind, MemoryArchive* from, MemoryArchive* saved,
                                  int bad = 0) {
  std::vector<End> ends(kRanks);
  std::vector<MemoryArchive> starts(kRanks), others(kRanks);
  if (from != nullptr) starts.assign(kRanks, *from);
  run_as_ranks(kRanks, [&](Ranks& ranks) {
    const auto device = make_cpu_device(1);
    const auto own = static_cast<std::size_t>(ranks.rank());
    const BandVectors bands(ranks, *device, kPicture, kBands[own]);
    MemoryArchive* kept = saved == nullptr ? nullptr : ranks.leads() ? saved : &others[own];
    ends[own] = descend(kind, &bands, from != nullptr ? &starts[own] : nullptr, kept, bad);
  });
  for (const MemoryArchive& other : others) CHECK(other.vectors.empty());
  return ends;
}

void check_close(const End& a, const End& b) {
  CHECK(a.result.reason == b.result.reason);
  CHECK(a.result.evaluations == b.result.evaluations);
  CHECK(a.result.iterations == b.result.iterations);
  CHECK(a.result.gradient_max == doctest::Approx(b.result.gradient_max).epsilon(1e-3));
  CHECK(relative_error(a.x, std::vector<double>(b.x.begin(), b.x.end())) < 1e-5);
}

}  // namespace

TEST_CASE("ranks: products, maxima and moments are those of the whole vectors, on every rank") {
  const std::vector<float> a = random_floats(unknowns(), 1, -1, 3);
  const std::vector<float> b = random_floats(unknowns(), 2, -1, 1);
  double product = 0, largest = 0, mean = 0, squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]);
    product += x * static_cast<double>(b[i]);
    largest = std::max(largest, std::abs(x));
    mean += x / static_cast<double>(a.size());
    squares += x * x / static_cast<double>(a.size());
  }
  run_as_ranks(kRanks, [&](Ranks& ranks) {
    const auto device = make_cpu_device(1);
    const auto backend = make_cpu_backend(*device);
    const BandVectors bands(ranks, *device, kPicture,
                            kBands[static_cast<std::size_t>(ranks.rank())]);
    const std::size_t n = bands.band_elements();
    std::vector<float> own_a(n), own_b(n), own_bad(n);
    bands.cut(a.data(), own_a.data());
    bands.cut(b.data(), own_b.data());
    SharedVectorOps ops(ranks, backend->vector_ops());
    const float* rows[] = {own_a.data(), own_b.data()};
    double dots[4], most = 0, bad = 0;
    if (ranks.rank() == 1) own_bad[0] = std::numeric_limits<float>::quiet_NaN();
    ops.dots(rows, rows, n, dots);
    ops.max_abs(own_a.data(), n, most);
    ops.max_abs(own_bad.data(), n, bad);
    ops.read_back();
    CHECK(dots[1] == doctest::Approx(product).epsilon(1e-12));
    CHECK(dots[0] == doctest::Approx(squares * static_cast<double>(a.size())).epsilon(1e-12));
    CHECK(most == largest);
    CHECK(std::isnan(bad));
    const VectorOps::Moments moments = ops.moments(own_a.data(), n);
    CHECK(moments.mean == doctest::Approx(mean).epsilon(1e-6));
    CHECK(moments.deviation == doctest::Approx(std::sqrt(squares - mean * mean)).epsilon(1e-6));
  });
}

TEST_CASE("ranks: the pyramid has the bytes that it has alone, however often bands can be halved") {
  for (const Shape shape : {Shape{3, 32, 7}, Shape{3, 35, 20}, Shape{3, 67, 9}, Shape{3, 40, 5}}) {
    for (const int step : {1, 2, 4, 8}) {
      CAPTURE(shape.height);
      CAPTURE(step);
      const std::vector<float> v = random_floats(shape.elements(), 5, -1, 1);
      std::vector<float> expected(v.size());
      const auto device = make_cpu_device(1);
      const auto backend = make_cpu_backend(*device);
      PyramidPreconditioner(*backend, shape).apply(v.data(), expected.data());
      const std::vector<Interval> own = plan_bands(shape.height, step, kRanks);
      run_as_ranks(kRanks, [&](Ranks& ranks) {
        const auto here = make_cpu_device(1);
        const auto kernels = make_cpu_backend(*here);
        const BandVectors bands(ranks, *here, shape, own[static_cast<std::size_t>(ranks.rank())]);
        std::vector<float> in(bands.band_elements()), out(in.size());
        bands.cut(v.data(), in.data());
        SharedPyramid pyramid(bands, *kernels);
        for (int times = 0; times < 2; ++times) pyramid.apply(in.data(), out.data());
        CHECK(bands.gather(out.data()) == expected);
      });
    }
  }
}

TEST_CASE("ranks: each optimiser goes the way that it goes alone, and every rank knows it") {
  for (const Kind kind : kKinds) {
    CAPTURE(static_cast<int>(kind));
    const End alone = descend(kind, nullptr, nullptr, nullptr);
    REQUIRE(alone.result.iterations > 4);
    const std::vector<End> ends = descend_together(kind, nullptr, nullptr);
    for (const End& end : ends) {
      check_close(end, alone);
      CHECK(end.x == ends.front().x);
      CHECK(end.result.value.total == ends.front().result.value.total);
    }
  }
}

TEST_CASE("ranks: a value that is not finite on one of them makes all step back") {
  const std::vector<End> ends = descend_together(Kind::kLbfgs, nullptr, nullptr, 3);
  for (const End& end : ends) CHECK(end.result.not_finite == 1);
  check_close(ends.front(), descend(Kind::kLbfgs, nullptr, nullptr, nullptr, 3));
}

TEST_CASE(
    "ranks: a state goes on to the same bytes, and alone to the same picture but for rounding") {
  for (const Kind kind : kKinds) {
    CAPTURE(static_cast<int>(kind));
    MemoryArchive state;
    const std::vector<End> whole = descend_together(kind, nullptr, &state);
    state.restores = true;
    const std::vector<End> rest = descend_together(kind, &state, nullptr);
    CHECK(rest.front().x == whole.front().x);
    CHECK(rest.front().result.value.total == whole.front().result.value.total);
    check_close(descend(kind, nullptr, &state, nullptr), whole.front());
    MemoryArchive of_one;
    descend(kind, nullptr, nullptr, &of_one);
    CHECK(of_one.vectors.size() == state.vectors.size());
    of_one.restores = true;
    check_close(descend_together(kind, &of_one, nullptr).front(), whole.front());
  }
}
