#pragma once

#include "net/loss_spec.h"
#include "tests/support/kernel_testing.h"

namespace vggstyle::testing {

/// Checks that a picture of `height` x `width` of VGG-16 has, shared by so many ranks with windows of at most `tile` (0: as large
/// as a band needs), the values and the gradient that it has in one, on every rank, and the same bytes a second time.
void compare_ranks(TestBackend& backend, const LossSpec& spec, int height, int width, int ranks,
                   int tile = 0, bool divide = false);

}  // namespace vggstyle::testing
