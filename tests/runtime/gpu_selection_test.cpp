// GPUs that are chosen and refused, with made-up drivers: the sentences that users get.

#include "runtime/cuda/gpu_selection.h"

#include <doctest/doctest.h>

#include "runtime/error.h"

using namespace vggstyle;
using namespace vggstyle::cuda;

namespace {

constexpr const char* kArchitectures = "75-real,80-real,86-real,89-real,90-real,120";

/// A driver with one GPU, until a test changes it.
class FakeProbe final : public GpuProbe {
 public:
  Driver state{13000, 13000, 1, 0, ""};
  int capability = 90;
  std::size_t free_bytes = std::size_t{1} << 30U;
  std::size_t asked = 0;

  Driver driver() override { return state; }
  Gpu gpu(int index) override {
    return {"Fake " + std::to_string(index),
            {.capability = capability,
             .multiprocessors = 4,
             .shared_bytes_per_block = 0,
             .shared_bytes_per_multiprocessor = 0,
             .l2_bytes = 0,
             .memory_bytes = std::size_t{2} << 30U}};
  }
  std::string take(int) override { return ""; }
  std::size_t free_memory() override { return free_bytes; }
  void* allocate(std::size_t bytes) override {
    asked = bytes;
    return bytes <= free_bytes ? this : nullptr;
  }
};

std::string refusal(FakeProbe& probe, int index = 0) {
  try {
    const GpuSurvey survey = survey_gpus(probe, kArchitectures);
    select_gpu(survey, index);
  } catch (const InputError& error) {
    return error.what();
  }
  return "not refused";
}

bool has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a usable GPU is taken") {
  FakeProbe probe;
  const GpuSurvey survey = survey_gpus(probe, kArchitectures);
  REQUIRE(survey.first_usable() != nullptr);
  CHECK(survey.first_usable()->id() == "cuda:0");
  CHECK(select_gpu(survey, 0).name == "Fake 0");
  CHECK(survey.driver == "13.0");
}

TEST_CASE("no driver, an old one, a broken one, no GPU: one sentence each") {
  FakeProbe probe;
  probe.state = {0, 13000, 0, 0, ""};
  CHECK(has(refusal(probe), "there is no NVIDIA driver"));
  CHECK(has(refusal(probe), "--device cpu"));
  const GpuSurvey survey = survey_gpus(probe, kArchitectures);
  CHECK(survey.first_usable() == nullptr);
  CHECK(has(survey_gpus(probe, kArchitectures).why_none(), "there is no NVIDIA driver"));
  probe.state = {12020, 13000, 0, kErrorInsufficientDriver, ""};
  CHECK(has(refusal(probe), "supports CUDA 12.2 and this program needs 13.0: update the driver"));
  probe.state = {13000, 13000, 0, kErrorNoDevice, ""};
  CHECK(has(refusal(probe), "shows no GPU"));
  probe.state = {13000, 13000, 0, 999, "unknown error"};
  CHECK(has(refusal(probe), "does not work: unknown error"));
}

TEST_CASE("a GPU too old, one that the program was not compiled for, and one that is not there") {
  FakeProbe probe;
  probe.capability = 61;
  CHECK(has(refusal(probe), "Fake 0 cannot be used: its compute capability is 6.1 and 7.5"));
  CHECK(has(survey_gpus(probe, kArchitectures).why_none(), "cuda:0 (Fake 0) cannot be used"));
  probe.capability = 90;
  const GpuSurvey survey = survey_gpus(probe, "75-real,80-real");
  CHECK(survey.first_usable() == nullptr);
  CHECK_THROWS_WITH_AS(select_gpu(survey, 0), doctest::Contains("not compiled for"), InputError);
  CHECK(has(refusal(probe, 1), "this machine has one, cuda:0"));
  CHECK(has(refusal(probe, -1), "no such GPU"));
  probe.state.gpus = 3;
  CHECK(has(refusal(probe, 3), "3, cuda:0 to cuda:2"));
}

TEST_CASE("which GPUs run what was compiled for which") {
  CHECK(runs_on(kArchitectures, 75));
  CHECK(runs_on(kArchitectures, 87));   // machine code of 8.6
  CHECK(runs_on(kArchitectures, 121));  // PTX of 12.0
  CHECK(runs_on(kArchitectures, 130));
  CHECK_FALSE(runs_on(kArchitectures, 70));
  CHECK_FALSE(runs_on(kArchitectures, 100));
  CHECK_FALSE(runs_on("86-real", 80));
  CHECK(runs_on("90a-real", 90));
  CHECK_FALSE(runs_on("90a", 100));
  CHECK(runs_on("80-virtual", 120));
}

TEST_CASE("wgmma is for GPUs of 9.0, where there is code for them alone") {
  FakeProbe probe;
  const auto has_it = [&](int capability, const char* architectures) {
    probe.capability = capability;
    return survey_gpus(probe, architectures).gpus.front().limits.wgmma;
  };
  CHECK(has_it(90, "80-real,90a-real,120"));
  CHECK_FALSE(has_it(90, "80,90-real"));
  CHECK_FALSE(has_it(80, "80-real,90a-real"));
  CHECK_FALSE(has_it(120, "90a-real,120"));
}

TEST_CASE("out of GPU memory: what was asked for, what is free and what would fit") {
  FakeProbe probe;
  const GpuSurvey survey = survey_gpus(probe, kArchitectures);
  const GpuFacts& gpu = survey.gpus[0];
  CHECK(allocate_memory(probe, gpu, 1000) == &probe);
  CHECK(allocate_memory(probe, gpu, 0) == &probe);
  CHECK(probe.asked > 0);
  CHECK_THROWS_WITH_AS(
      allocate_memory(probe, gpu, std::size_t{4} << 30U),
      "out of memory: cuda:0 (Fake 0) has 1024 MB free of 2048 MB and 4096 MB are needed; use a "
      "smaller --size, about 50 % of this one",
      InputError);
  probe.free_bytes = 1;
  CHECK_THROWS_WITH_AS(allocate_memory(probe, gpu, std::size_t{1} << 30U),
                       doctest::Contains("stop what else uses it"), InputError);
}
