#include "tests/ranks/ranks_comparison.h"

#include "net/tiles/band_vectors.h"
#include "tests/net/graph_comparison.h"
#include "tests/ranks/thread_ranks.h"

namespace vggstyle::testing {
namespace {

struct Shared {
  std::vector<double> values;
  std::vector<float> gradient;
  bool operator==(const Shared&) const = default;
};

/// The picture on this rank, or alone; the gradient is that of the whole picture.
Shared evaluate_shared(Backend& backend, const LossSpec& spec, int height, int width, Ranks* ranks,
                       int tile, bool divide) {
  GraphOptions options{.divide_terms_by_value = divide,
                       .balance = {{}, 12},
                       .regions = regions_of(spec.regions, height, width),
                       .tile = tile,
                       .ranks = ranks};
  if (spec.content_weights) options.content_weights = content_weights_of(height, width);
  Graph graph(backend, weights_of(Model::kVgg16), height, width, spec, options);
  graph.set_style_targets(graph.style_statistics(picture(height, width, 2).data()));
  graph.set_content_target(picture(height, width, 3).data());
  const std::vector<float> rgb = picture(height, width, 1);
  const std::size_t bytes = graph.own_shape().elements() * sizeof(float);
  GuardedBuffer pixels(backend, bytes), gradient(backend, bytes);
  Shared result{{}, std::vector<float>(rgb.size())};
  const auto evaluate = [&] {
    for (const TermValue& term : graph.evaluate(pixels.as<float>(), gradient.as<float>()).terms) {
      result.values.push_back(term.value);
    }
  };
  if (ranks == nullptr) {
    backend.device().upload(pixels.as<float>(), rgb.data(), bytes);
    evaluate();
    backend.device().download(result.gradient.data(), gradient.as<float>(), bytes);
    return result;
  }
  const BandVectors bands(*ranks, backend.device(), graph.pixel_shape(), graph.tiles().band);
  bands.cut(rgb.data(), pixels.as<float>());
  evaluate();
  result.gradient = bands.gather(gradient.as<float>());
  return result;
}

std::vector<Shared> evaluate_all(const TestBackend& backend, const LossSpec& spec, int height,
                                 int width, int ranks, int tile, bool divide) {
  std::vector<Shared> results(static_cast<std::size_t>(ranks));
  weights_of(Model::kVgg16);  // made once
  run_as_ranks(ranks, [&](Ranks& own) {
    const TestEngine engine = backend.variant.make(1);
    results[static_cast<std::size_t>(own.rank())] =
        evaluate_shared(*engine.backend, spec, height, width, &own, tile, divide);
  });
  return results;
}

}  // namespace

void compare_ranks(TestBackend& backend, const LossSpec& spec, int height, int width, int ranks,
                   int tile, bool divide) {
  CAPTURE(height);
  CAPTURE(width);
  CAPTURE(ranks);
  CAPTURE(tile);
  const Shared alone = evaluate_shared(*backend, spec, height, width, nullptr, 0, divide);
  const std::vector<Shared> shared =
      evaluate_all(backend, spec, height, width, ranks, tile, divide);
  for (const Shared& one : shared) CHECK(one == shared.front());
  CHECK(evaluate_all(backend, spec, height, width, ranks, tile, divide).front() == shared.front());
  REQUIRE(shared.front().values.size() == alone.values.size());
  for (std::size_t i = 0; i < alone.values.size(); ++i) {
    CAPTURE(i);
    CHECK(shared.front().values[i] ==
          doctest::Approx(alone.values[i]).epsilon(10 * backend.bound(1e-5)));
  }
  const std::vector<double> expected(alone.gradient.begin(), alone.gradient.end());
  CHECK(relative_error(shared.front().gradient, expected) < 10 * backend.variant.gradient_bound);
}

}  // namespace vggstyle::testing
