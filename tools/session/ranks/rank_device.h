#pragma once

#include "runtime/ranks/ranks.h"
#include "tools/session/settings/settings.h"

namespace vggstyle {

/// Where one of several ranks computes: those on a machine take its GPUs in turn, from the one that is asked for on,
/// and share its cores, unless the launcher has given each some of its own, or --threads says how many.
class RankDevices {
 public:
  /// Every rank makes one at the same time.
  explicit RankDevices(Ranks& ranks);

  DeviceSettings of(DeviceSettings settings) const;

 private:
  int local_rank_, sharing_;
};

}  // namespace vggstyle
