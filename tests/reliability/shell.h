#pragma once

#include <string>

#include "tests/tool/support.h"

namespace vggstyle::test {

/// Runs a script of /bin/sh in `folder`, in which $vggstyle is the tool, with no weights to be found but
/// those that it names. The outcome is the shell's.
Outcome run_shell(const TemporaryFolder& folder, const std::string& script);

/// A weights file of conv1_1 alone: small, so that many tests may have one.
void write_small_weights(const std::string& path);

/// No file that the tool writes under another name first was left behind in `folder`.
void check_nothing_left(const TemporaryFolder& folder);

}  // namespace vggstyle::test
