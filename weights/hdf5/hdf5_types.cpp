#include "weights/hdf5/hdf5_types.h"

#include <bit>

namespace vggstyle {
namespace {

/// Is `type` the little-endian type `standard`, in either byte order?
bool same_type(hid_t type, hid_t standard) {
  const Hdf5Handle swapped(H5Tcopy(standard), H5Tclose);
  H5Tset_order(swapped.get(), H5T_ORDER_BE);
  return H5Tequal(type, standard) > 0 || H5Tequal(type, swapped.get()) > 0;
}

}  // namespace

std::string_view name_of(ElementType type) {
  switch (type) {
    case ElementType::kFloat16:
      return "float16";
    case ElementType::kFloat32:
      return "float32";
    case ElementType::kFloat64:
      return "float64";
    case ElementType::kInt8:
      return "int8";
    case ElementType::kOther:
      break;
  }
  return "another type";
}

Hdf5Handle half_type() {
  Hdf5Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
  H5Tset_fields(type.get(), 15, 10, 5, 0, 10);
  H5Tset_size(type.get(), 2);
  H5Tset_ebias(type.get(), 15);
  return type;
}

ElementType element_type(hid_t type) {
  if (H5Tget_class(type) == H5T_FLOAT) {
    const Hdf5Handle half = half_type();
    if (same_type(type, half.get())) return ElementType::kFloat16;
    if (same_type(type, H5T_IEEE_F32LE)) return ElementType::kFloat32;
    if (same_type(type, H5T_IEEE_F64LE)) return ElementType::kFloat64;
  }
  if (H5Tget_class(type) == H5T_INTEGER && same_type(type, H5T_STD_I8LE)) return ElementType::kInt8;
  return ElementType::kOther;
}

}  // namespace vggstyle
