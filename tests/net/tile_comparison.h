#pragma once

#include "net/loss_spec.h"
#include "tests/support/kernel_testing.h"

namespace vggstyle::testing {

/// Checks that a picture of `height` x `width` of VGG-16 has, in windows of at most `tile`, the values, the
/// gradient and the statistics that it has in one; `divide` is GraphOptions::divide_terms_by_value.
void compare_tiles(TestBackend& backend, const LossSpec& spec, int height, int width, int tile,
                   bool divide = false);

}  // namespace vggstyle::testing
