// Weights are loaded once for all jobs that use the same.

#include <doctest/doctest.h>

#include "kernels/cpu_kernels.h"
#include "tools/session/settings/check.h"
#include "tools/study/batch/prepared_job.h"

namespace vggstyle::test {
namespace {

Settings settings_with(const std::string& weights) {
  Settings settings;
  settings.network.weights = weights;
  settings.device.kind = DeviceSettings::Kind::kCpu;
  return settings;
}

TEST_CASE("jobs with the same weights and device have the same engine") {
  BatchEngines engines;
  const Settings first = settings_with("synthetic");
  Settings other = first;
  other.device.threads = 1;
  other.pictures.size = 77;
  other.loss.pooling = Pooling::kAverage;
  Engine& engine = engines.of(first);
  CHECK(&engines.of(other) == &engine);
  CHECK(engine.device->threads() >= 1);
}

TEST_CASE("jobs with other weights have others") {
  BatchEngines engines;
  Settings torch = settings_with("synthetic"), vgg19 = torch;
  torch.network.preprocessing = Preprocessing::kTorch;
  vgg19.network.model = Model::kVgg19;
  CHECK(engines.of(settings_with("synthetic")).weights->preprocessing == Preprocessing::kCaffe);
  CHECK(engines.of(settings_with("synthetic:1")).weights_path == "synthetic:1");
  CHECK(engines.of(torch).weights->preprocessing == Preprocessing::kTorch);
  CHECK(engines.of(vgg19).model() == Model::kVgg19);
}

TEST_CASE("jobs by other kernels have others") {
  BatchEngines engines;
  const Settings best = settings_with("synthetic");
  Settings other = best, none = best;
  other.device.instructions = usable_cpu_kernels().back()->word;
  none.device.instructions = "mmx";
  CHECK(engines.of(best).settings.instructions.empty());
  CHECK(engines.of(other).settings.instructions == other.device.instructions);
  CHECK_THROWS_AS(engines.of(none), SettingError);
}

}  // namespace
}  // namespace vggstyle::test
