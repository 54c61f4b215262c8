#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "runtime/error.h"
#include "weights/hdf5/hdf5_file.h"
#include "weights/hdf5/hdf5_object.h"

namespace vggstyle {
namespace {

/// The group that `object` names, made with all groups on the way; or the object if there is one.
Hdf5Handle open_or_make(hid_t file, const std::string& path, const std::string& object) {
  Hdf5Handle current(H5Oopen(file, "/", H5P_DEFAULT), H5Oclose);
  const Hdf5Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  for (const std::string& part : split_path(object)) {
    if (H5Lexists(current.get(), part.c_str(), H5P_DEFAULT) > 0) {
      current = Hdf5Handle(H5Oopen(current.get(), part.c_str(), H5P_DEFAULT), H5Oclose);
    } else {
      current = Hdf5Handle(
          H5Gcreate2(current.get(), part.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
          H5Gclose);
    }
    check_written(static_cast<bool>(current), path, object);
  }
  return current;
}

void write_dataset(hid_t file, const std::string& path, const std::string& dataset,
                   const std::vector<std::size_t>& shape, hid_t file_type, hid_t memory_type,
                   const void* values, std::size_t count, Hdf5File::Compression compression) {
  if (count != count_of(shape)) {
    throw InternalError(
        fmt::format("{} has {} values for shape ({})", dataset, count, fmt::join(shape, ", ")));
  }
  const std::size_t slash = dataset.rfind('/');
  const std::string name = slash == std::string::npos ? dataset : dataset.substr(slash + 1);
  const Hdf5Handle group =
      open_or_make(file, path, slash == std::string::npos ? "" : dataset.substr(0, slash));
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  const Hdf5Handle space(
      shape.empty() ? H5Screate(H5S_SCALAR)
                    : H5Screate_simple(static_cast<int>(shape.size()), extents.data(), nullptr),
      H5Sclose);
  const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  if (compression == Hdf5File::Compression::kGzip && count > 0 && !shape.empty()) {
    constexpr unsigned kGzipLevel = 9;
    H5Pset_chunk(creation.get(), static_cast<int>(extents.size()), extents.data());
    H5Pset_shuffle(creation.get());
    H5Pset_deflate(creation.get(), kGzipLevel);
  }
  const Hdf5Handle created(H5Dcreate2(group.get(), name.c_str(), file_type, space.get(),
                                      H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                           H5Dclose);
  check_written(
      created && H5Dwrite(created.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
      path, dataset);
}

void write_attribute_data(hid_t file, const std::string& path, const std::string& object,
                          const std::string& name, hid_t space, hid_t type, const void* data) {
  const Hdf5Handle owner = open_or_make(file, path, object);
  const Hdf5Handle attribute(
      H5Acreate2(owner.get(), name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  check_written(attribute && H5Awrite(attribute.get(), type, data) >= 0, path,
                "the attribute " + name);
}

Hdf5Handle scalar_space() {
  return {H5Screate(H5S_SCALAR), H5Sclose};
}

}  // namespace

void Hdf5File::write(const std::string& dataset, const std::vector<std::size_t>& shape,
                     std::span<const float> values, Compression compression) {
  write_dataset(id_, path_, dataset, shape, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values.data(),
                values.size(), compression);
}

void Hdf5File::write(const std::string& dataset, const std::vector<std::size_t>& shape,
                     std::span<const double> values, Compression compression) {
  write_dataset(id_, path_, dataset, shape, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data(),
                values.size(), compression);
}

void Hdf5File::write(const std::string& dataset, const std::vector<std::size_t>& shape,
                     std::span<const std::int8_t> values, Compression compression) {
  write_dataset(id_, path_, dataset, shape, H5T_STD_I8LE, H5T_NATIVE_SCHAR, values.data(),
                values.size(), compression);
}

void Hdf5File::write_scalar(const std::string& dataset, double value) {
  write(dataset, {}, std::span<const double>(&value, 1));
}

void Hdf5File::write_attribute(const std::string& object, const std::string& name,
                               std::string_view value) {
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  const std::string text(value);
  const char* const data = text.c_str();
  write_attribute_data(id_, path_, object, name, scalar_space().get(), type.get(), &data);
}

void Hdf5File::write_attribute(const std::string& object, const std::string& name,
                               const std::vector<std::string>& values) {
  std::size_t width = 1;
  for (const std::string& value : values) width = std::max(width, value.size());
  std::string padded;
  for (const std::string& value : values) {
    padded += value;
    padded.append(width - value.size(), '\0');
  }
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), width);
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  const hsize_t count = values.size();
  const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  write_attribute_data(id_, path_, object, name, space.get(), type.get(), padded.data());
}

void Hdf5File::write_attribute(const std::string& object, const std::string& name, double value) {
  write_attribute_data(id_, path_, object, name, scalar_space().get(), H5T_NATIVE_DOUBLE, &value);
}

void Hdf5File::write_attribute(const std::string& object, const std::string& name,
                               std::int64_t value) {
  write_attribute_data(id_, path_, object, name, scalar_space().get(), H5T_NATIVE_INT64, &value);
}

void Hdf5File::write_attribute(const std::string& object, const std::string& name, bool value) {
  const Hdf5Handle type(H5Tenum_create(H5T_NATIVE_INT8), H5Tclose);
  const std::int8_t no = 0;
  const std::int8_t yes = 1;
  H5Tenum_insert(type.get(), "FALSE", &no);
  H5Tenum_insert(type.get(), "TRUE", &yes);
  write_attribute_data(id_, path_, object, name, scalar_space().get(), type.get(),
                       value ? &yes : &no);
}

}  // namespace vggstyle
