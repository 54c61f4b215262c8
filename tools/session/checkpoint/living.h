#pragma once

#include <string>

namespace vggstyle {

/// What tells this process from every other that ran or will run on this machine: the id of its boot, the
/// process id, and when it started. Empty where /proc does not say.
std::string this_process();

/// Whether the process that this_process() named is there still. Not so for one of another machine or boot, or
/// for what cannot be read: a run that may be dead must not be kept from going on.
bool is_living(const std::string& process);

/// The number in `process` that people know it by; "" if there is none.
std::string process_number(const std::string& process);

}  // namespace vggstyle
