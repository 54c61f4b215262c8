#include "tools/session/ranks/rank_device.h"

#include <sched.h>

#include <algorithm>

#include "runtime/cpu_device.h"
#include "runtime/cuda/cuda_probe.h"

namespace vggstyle {
namespace {

/// The first core that this process may run on.
int first_core() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;
  int core = 0;
  while (core + 1 < CPU_SETSIZE && !CPU_ISSET(core, &allowed)) ++core;
  return core;
}

/// The ranks of this machine that run on the same cores as this one.
int sharing_cores(Ranks& ranks) {
  const double own[] = {static_cast<double>(first_core()), static_cast<double>(usable_cores())};
  const std::vector<double> all = ranks.gather(own);
  int same = 0;
  for (std::size_t at = 0; at < all.size(); at += 2) {
    if (all[at] == own[0] && all[at + 1] == own[1]) ++same;
  }
  return std::max(1, same * ranks.local_size() / ranks.size());
}

}  // namespace

RankDevices::RankDevices(Ranks& ranks)
    : local_rank_(ranks.local_rank()), sharing_(sharing_cores(ranks)) {}

DeviceSettings RankDevices::of(DeviceSettings settings) const {
  if (settings.threads == 0) settings.threads = std::max(1, usable_cores() / sharing_);
  if (settings.kind == DeviceSettings::Kind::kCpu) return settings;
  std::vector<int> usable;
  for (const cuda::GpuFacts& gpu : cuda::survey_gpus().gpus) {
    if (gpu.usable() && gpu.index >= settings.index) usable.push_back(gpu.index);
  }
  if (usable.empty()) return settings;
  settings.kind = DeviceSettings::Kind::kCuda;
  settings.index = usable[static_cast<std::size_t>(local_rank_) % usable.size()];
  return settings;
}

}  // namespace vggstyle
