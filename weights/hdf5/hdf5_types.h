#pragma once

#include <cstdint>

#include "weights/hdf5/hdf5_file.h"
#include "weights/hdf5/hdf5_handle.h"

namespace vggstyle {

/// IEEE half precision, which the library has no name for.
Hdf5Handle half_type();
/// What `type`, of a dataset, is to us, in either byte order.
ElementType element_type(hid_t type);

}  // namespace vggstyle
