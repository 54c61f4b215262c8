#include <doctest/doctest.h>

#include "kernels/cpu_kernels.h"
#include "tests/tool/support.h"

namespace vggstyle::test {
namespace {

TEST_CASE("bench prints JSON with the figures that scripts read") {
  const TemporaryFolder folder;
  const Outcome outcome =
      run_tool(folder, {"bench", "--size", "32", "--style-layers", "conv1_1,conv2_1", "--repeats",
                        "2", "--threads", "1", "--json"});
  REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
  const auto json = nlohmann::json::parse(outcome.out);
  CHECK(json.at("value_gradient").at("median_ms") > 0);
  CHECK(json.at("value_gradient").at("min_ms") <= json.at("value_gradient").at("median_ms"));
  CHECK(json.at("iteration").at("median_ms") > 0);
  CHECK(json.at("peak_memory_mb") > 0);
  CHECK(json.at("gflop_per_second") > 0);
  CHECK(json.at("peak_gflop_per_second") > 0);
  CHECK(json.at("threads") == 1);
  CHECK(json.at("device").is_string());
  CHECK(json.at("model") == "vgg16");
  CHECK(json.at("height") == 32);
  CHECK(json.at("width") == 32);
  const auto& layer = json.at("phase_ms").at("conv2_1");
  for (const char* phase : {"forward", "statistics", "loss terms", "backward"}) {
    CHECK(layer.at(phase) > 0);
  }
}

TEST_CASE("bench prints a table, of the kernels that --device names") {
  const TemporaryFolder folder;
  for (const CpuKernels* kernels : usable_cpu_kernels()) {
    const Outcome outcome =
        run_tool(folder, {"bench", "--size", "32", "--style-layers", "conv1_1", "--repeats", "1",
                          "--device", std::string("cpu:") + kernels->word});
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out.find("value+gradient") != std::string::npos);
    CHECK(outcome.out.find("conv1_1") != std::string::npos);
    CHECK(outcome.out.find(std::string("multiply-adds (") + kernels->name + ")") !=
          std::string::npos);
  }
}

TEST_CASE("bench --per-kernel: every operation of the layers that the size has, table and JSON") {
  const TemporaryFolder folder;
  const Arguments arguments = {"bench", "--per-kernel", "--size", "16", "--repeats", "3"};
  const Outcome table = run_tool(folder, arguments);
  CHECK_MESSAGE(table.exit_code == 0, table.err);
  // A head, an empty line, names; five operations on each of 13 layers, two on each of four
  // pools: the fifth would have nothing left.
  CHECK(count_lines(table.out) == 3 + 13 * 5 + 4 * 2);
  const auto json = nlohmann::json::parse(run_tool(folder, arguments + Arguments{"--json"}).out);
  CHECK(json.at("operations").size() == 13 * 5 + 4 * 2);
  double most = 0;
  for (const auto& operation : json.at("operations")) {
    CHECK(operation.at("ms") > 0);
    most = std::max(most, operation.at("gflop_per_second").get<double>());
  }
  CHECK(json.at("most_gflop_per_second") == most);
}

}  // namespace
}  // namespace vggstyle::test
