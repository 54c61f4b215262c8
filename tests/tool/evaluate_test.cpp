// evaluate's file holds what it says, in the layouts it says.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/write.h"
#include "weights/hdf5/hdf5_file.h"

namespace vggstyle::test {
namespace {

using Dimensions = std::vector<std::size_t>;

std::size_t product(const Dimensions& shape) {
  std::size_t count = 1;
  for (const std::size_t side : shape) count *= side;
  return count;
}

std::vector<float> read(const Hdf5File& file, const std::string& name, const Dimensions& shape) {
  REQUIRE(file.info(name).shape == shape);
  return file.read(name, product(shape));
}

double scalar(const Hdf5File& file, const std::string& name) {
  return read(file, name, {}).front();
}

/// Runs evaluate on the small pictures, 40 x 30, and opens what it wrote.
Hdf5File evaluate(const TemporaryFolder& folder, const Arguments& more) {
  write_pictures(folder);
  const Outcome outcome =
      run_tool(folder, Arguments{"evaluate", "content.png", "--weights", "synthetic", "-o",
                                 "out.h5", "--threads", "1"} +
                           more);
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  return Hdf5File::open(folder / "out.h5");
}

/// Largest |a - b| relative to the largest |b|.
double difference(const std::vector<double>& a, const std::vector<float>& b) {
  double error = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    error = std::max(error, std::abs(a[i] - static_cast<double>(b[i])));
    size = std::max(size, std::abs(static_cast<double>(b[i])));
  }
  return error / size;
}

void check_matrices(const Hdf5File& file, const std::string& layer, std::size_t positions_high,
                    std::size_t positions_wide, std::size_t channels) {
  CAPTURE(layer);
  const std::size_t positions = positions_high * positions_wide;
  const auto f = read(file, "activations/" + layer, {positions_high, positions_wide, channels});
  CHECK(*std::min_element(f.begin(), f.end()) >= 0);
  std::vector<double> mean(channels), gram(channels * channels), centered(channels * channels);
  for (std::size_t p = 0; p < positions; ++p) {
    for (std::size_t i = 0; i < channels; ++i) {
      const double fi = f[p * channels + i];
      mean[i] += fi / static_cast<double>(positions);
      for (std::size_t j = 0; j < channels; ++j) {
        gram[i * channels + j] += fi * static_cast<double>(f[p * channels + j]);
      }
    }
  }
  for (std::size_t i = 0; i < channels; ++i) {
    for (std::size_t j = 0; j < channels; ++j) {
      centered[i * channels + j] =
          gram[i * channels + j] - static_cast<double>(positions) * mean[i] * mean[j];
    }
  }
  // Float32 products, summed in float32 in the tool: 1e-5 is the project's limit.
  CHECK(difference(mean, read(file, "mean/" + layer, {channels})) < 1e-5);
  CHECK(difference(gram, read(file, "gram/" + layer, {channels, channels})) < 1e-5);
  CHECK(difference(centered, read(file, "gram_centered/" + layer, {channels, channels})) < 1e-5);
}

TEST_CASE("activations, matrices, losses and gradient fit together") {
  const TemporaryFolder folder;
  const Hdf5File file =
      evaluate(folder, {"--content", "style.png", "--style", "style.png", "--style-layers",
                        "conv1_1,conv2_1:2", "--content-layers", "conv2_1", "--tv-weight", "0.5"});
  check_matrices(file, "conv1_1", 30, 40, 64);
  check_matrices(file, "conv2_1", 15, 20, 128);
  read(file, "activations/conv1_2", {30, 40, 64});
  const double parts = scalar(file, "loss/style/conv1_1") + scalar(file, "loss/style/conv2_1") +
                       scalar(file, "loss/content/conv2_1") + scalar(file, "loss/tv");
  CHECK(scalar(file, "loss/total") == doctest::Approx(parts).epsilon(1e-6));
  const auto gradient = read(file, "gradient", {30, 40, 3});
  CHECK(std::any_of(gradient.begin(), gradient.end(), [](float g) { return g != 0; }));
  CHECK(file.string_attribute("/", "style_layers") == "conv1_1,conv2_1:2");
  CHECK(file.string_attribute("/", "normalization") == "relative");
  CHECK(file.string_attribute("/", "style_sizes") == "36x36");
}

TEST_CASE("the gradient is the loss's slope") {
  // Along a shift of every value by one, which 16 bits store exactly.
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto evaluate_shifted = [&](float shift) {
    Picture picture = contrive("scene", 24, 20, 3);
    for (float& value : picture.rgb) value = 60 + value / 2 + shift;
    write_png(folder / "shifted.png", picture, 16);
    const Outcome outcome =
        run_tool(folder, {"evaluate", "shifted.png", "--style", "style.png", "--style-layers",
                          "conv1_1", "--weights", "synthetic", "-o", "out.h5"});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return Hdf5File::open(folder / "out.h5");
  };
  double slope = 0;
  for (const float g : read(evaluate_shifted(0), "gradient", {20, 24, 3})) {
    slope += static_cast<double>(g);
  }
  const double above = scalar(evaluate_shifted(1), "loss/total");
  const double below = scalar(evaluate_shifted(-1), "loss/total");
  CHECK(slope == doctest::Approx((above - below) / 2).epsilon(0.02));
}

TEST_CASE(
    "other style losses: moments from what is stored beside them, both named and validated with") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto with = [&](const std::string& style_loss, const std::string& picture) {
    const std::string output = picture + style_loss + ".h5";
    const Outcome outcome = run_tool(
        folder, {"evaluate", picture, "--style", "content.png", "--style-layers", "conv1_1",
                 "--weights", "synthetic", "--style-loss", style_loss, "-o", output});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    const Outcome validated = run_tool(folder, {"validate", output});
    CHECK_MESSAGE(validated.exit_code == 0, validated.out);
    return Hdf5File::open(folder / output);
  };
  const Hdf5File made = with("moments", "style.png"), goal = with("moments", "content.png");
  CHECK(made.string_attribute("/", "style_loss") == "moments");
  CHECK_FALSE(made.string_attribute("/", "gram").has_value());
  double apart = 0, squares = 0;
  const auto moments = [](const Hdf5File& file, std::size_t c, double positions) {
    const double mean = static_cast<double>(read(file, "mean/conv1_1", {64})[c]);
    const double gram = static_cast<double>(read(file, "gram/conv1_1", {64, 64})[65 * c]);
    return std::pair(mean, gram / positions);
  };
  for (std::size_t c = 0; c < 64; ++c) {
    const auto [mean, square] = moments(made, c, 36 * 36);
    const auto [goal_mean, goal_square] = moments(goal, c, 40 * 30);
    const double deviation = std::sqrt(square - mean * mean);
    const double goal_deviation = std::sqrt(goal_square - goal_mean * goal_mean);
    apart += std::pow(mean - goal_mean, 2) + std::pow(deviation - goal_deviation, 2);
    squares += goal_square;
  }
  const double expected = apart / squares;
  CHECK(scalar(made, "loss/style/conv1_1") == doctest::Approx(expected).epsilon(1e-2));
  CHECK(scalar(goal, "loss/style/conv1_1") < 1e-9);
  const Hdf5File transport = with("wasserstein", "style.png");
  CHECK(transport.string_attribute("/", "style_loss") == "wasserstein");
  CHECK(scalar(transport, "loss/style/conv1_1") > 1.01 * expected);  // covariances, too
}

TEST_CASE("a picture whose own statistics are the target has no style loss") {
  const TemporaryFolder folder;
  const Hdf5File file =
      evaluate(folder, {"--style", "content.png", "--style-layers", "conv1_1,conv2_1"});
  CHECK(scalar(file, "loss/total") < 1e-9);
}

TEST_CASE("the padding is that of every number, is named, and is validated with") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto activations = [&](const std::string& padding) {
    const Outcome outcome = run_tool(
        folder, {"evaluate", "style.png", "--style", "content.png", "--style-layers", "conv1_2",
                 "--weights", "synthetic", "--padding", padding, "-o", padding + ".h5"});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    const Hdf5File file = Hdf5File::open(folder / (padding + ".h5"));
    CHECK(file.string_attribute("/", "padding").value_or("zero") == padding);
    std::vector<float> numbers = file.read("activations/conv1_2", 64 * 36 * 36);
    for (const float value : file.read("gradient", 3 * 36 * 36)) numbers.push_back(value);
    return numbers;
  };
  const std::vector<float> zero = activations("zero");
  const std::vector<float> reflect = activations("reflect"), circular = activations("circular");
  CHECK(zero != reflect);
  CHECK(zero != circular);
  CHECK(reflect != circular);
  const Outcome outcome = run_tool(folder, {"validate", "circular.h5"});
  CHECK_MESSAGE(outcome.exit_code == 0, outcome.out);
}

TEST_CASE("the pooling is that of what lies behind it, is named, and is validated with") {
  const TemporaryFolder folder;
  write_pictures(folder);
  std::map<std::string, std::vector<float>> deep;
  for (const std::string pooling : {"max", "avg", "l2"}) {
    const Outcome outcome = run_tool(
        folder, {"evaluate", "style.png", "--style", "content.png", "--style-layers", "conv2_1",
                 "--weights", "synthetic", "--pooling", pooling, "-o", pooling + ".h5"});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    const Hdf5File file = Hdf5File::open(folder / (pooling + ".h5"));
    CHECK(file.string_attribute("/", "pooling") == pooling);
    deep[pooling] = file.read("activations/conv2_1", 128 * 18 * 18);
    CHECK(run_tool(folder, {"validate", pooling + ".h5"}).exit_code == 0);
  }
  CHECK(deep["l2"] != deep["max"]);
  CHECK(deep["l2"] != deep["avg"]);
}

TEST_CASE("without content or style all layers are stored and no losses") {
  const TemporaryFolder folder;
  const Hdf5File file = evaluate(folder, {"--model", "vgg16"});
  const Hdf5Listing listing = file.list();
  const auto has = [&](const std::string& name) {
    return std::find(listing.datasets.begin(), listing.datasets.end(), name) !=
           listing.datasets.end();
  };
  CHECK(has("activations/conv1_1"));
  CHECK(has("activations/conv5_3"));
  CHECK(has("gram/conv5_3"));
  CHECK_FALSE(has("loss/total"));
  CHECK_FALSE(has("gradient"));
}

TEST_CASE("layers limit what is stored, not what is computed") {
  const TemporaryFolder folder;
  const Hdf5File file =
      evaluate(folder, {"--style", "style.png", "--style-layers", "conv1_1,conv2_1", "--layers",
                        "conv1_2", "--size", "24"});
  read(file, "activations/conv1_2", {18, 24, 64});
  const Hdf5Listing listing = file.list();
  CHECK(std::count_if(listing.datasets.begin(), listing.datasets.end(),
                      [](const auto& name) { return name.rfind("activations/", 0) == 0; }) == 1);
  CHECK(scalar(file, "loss/style/conv2_1") > 0);
}

TEST_CASE("a failed evaluation leaves the old file") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_file(folder / "out.h5", "old");
  const Outcome outcome = run_tool(folder, {"evaluate", "content.png", "--weights", "synthetic",
                                            "--size", "2", "--layers", "conv5_1", "-o", "out.h5"});
  CHECK(outcome.exit_code == 2);
  CHECK(count_lines(outcome.err) == 1);
  CHECK(read_file(folder / "out.h5") == "old");
  CHECK(folder.files() == std::vector<std::string>{"content.png", "out.h5", "style.png"});
}

}  // namespace
}  // namespace vggstyle::test
