#pragma once

#include "runtime/ranks/ranks.h"
#include "tools/session/settings/settings.h"

namespace vggstyle {

/// Where one of several ranks computes: those on a machine take its GPUs in turn, from the one that is asked for on,
/// and share its cores, unless the launcher has given each some of its own, or --threads says how many. Every rank calls it.
DeviceSettings of_rank(DeviceSettings settings, Ranks& ranks);

}  // namespace vggstyle
