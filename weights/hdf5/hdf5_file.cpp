#include "weights/hdf5/hdf5_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <functional>
#include <limits>
#include <utility>

#include "runtime/error.h"
#include "weights/hdf5/hdf5_handle.h"

namespace vggstyle {
namespace {

static_assert(sizeof(hid_t) == sizeof(std::int64_t));

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxObjects = 10000;
constexpr std::size_t kMaxStringBytes = 65536;
constexpr std::size_t kMaxElementBytes = sizeof(double);
constexpr int kMaxRank = 8;
/// A chunk may be larger than its dataset, but not so much that it matters.
constexpr std::size_t kMaxChunkSlack = 1u << 20;

/// Once: no error stacks on stderr, no plug-ins from disk for the sake of a file.
void prepare_library() {
  static const bool done = [] {
    H5open();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);
    return true;
  }();
  static_cast<void>(done);
}

/// Whole file access, without locks: many network file systems have none, and we only read files
/// that nobody writes, or write files that nobody else knows.
Hdf5Handle file_access() {
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(access.get(), false, true);
#endif
  return access;
}

[[noreturn]] void unreadable(const std::string& path, const std::string& object,
                             const std::string& what) {
  throw InputError(fmt::format("'{}': {} {}; get the file again", path, object, what));
}

void check_written(bool good, const std::string& path, const std::string& object) {
  if (!good) {
    throw InternalError(
        fmt::format("cannot write {} into '{}': the disk may be full", object, path));
  }
}

/// The path's components; empty ones, as around the root, are dropped.
std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// Opens an object step by step, so that no step is a link that leads out of the file or around.
/// Invalid if there is no such object.
Hdf5Handle open_object(hid_t file, const std::string& path) {
  Hdf5Handle object(H5Oopen(file, "/", H5P_DEFAULT), H5Oclose);
  for (const std::string& part : split(path)) {
    H5L_info_t link;
    if (!object || H5Iget_type(object.get()) != H5I_GROUP ||
        H5Lget_info(object.get(), part.c_str(), &link, H5P_DEFAULT) < 0 ||
        link.type != H5L_TYPE_HARD) {
      return {-1, H5Oclose};
    }
    object = Hdf5Handle(H5Oopen(object.get(), part.c_str(), H5P_DEFAULT), H5Oclose);
  }
  return object;
}

void list_group(hid_t group, const std::string& prefix, std::size_t depth, const std::string& path,
                Hdf5Listing& listing) {
  H5G_info_t info;
  if (H5Gget_info(group, &info) < 0) {
    unreadable(path, prefix.empty() ? "the root group" : prefix, "is damaged");
  }
  std::string name;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    if (depth >= kMaxDepth || i >= kMaxObjects ||
        listing.groups.size() + listing.datasets.size() >= kMaxObjects) {
      throw InputError(fmt::format(
          "'{}' holds more than {} objects or {} levels, so it is no weights file; give another",
          path, kMaxObjects, kMaxDepth));
    }
    const auto length =
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT);
    if (length <= 0 || static_cast<std::size_t>(length) > kMaxStringBytes) {
      unreadable(path, prefix.empty() ? "the root group" : prefix, "has a damaged entry");
    }
    name.assign(static_cast<std::size_t>(length), '\0');
    H5L_info_t link;
    if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size() + 1,
                           H5P_DEFAULT) < 0 ||
        H5Lget_info(group, name.c_str(), &link, H5P_DEFAULT) < 0) {
      unreadable(path, prefix.empty() ? "the root group" : prefix, "has a damaged entry");
    }
    if (link.type != H5L_TYPE_HARD) continue;
    const Hdf5Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
    if (!object) unreadable(path, prefix + name, "is damaged");
    const H5I_type_t type = H5Iget_type(object.get());
    if (type == H5I_DATASET) listing.datasets.push_back(prefix + name);
    if (type == H5I_GROUP) {
      listing.groups.push_back(prefix + name);
      list_group(object.get(), prefix + name + "/", depth + 1, path, listing);
    }
  }
}

/// IEEE half precision, which the library has no name for.
Hdf5Handle half_type() {
  Hdf5Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
  H5Tset_fields(type.get(), 15, 10, 5, 0, 10);
  H5Tset_size(type.get(), 2);
  H5Tset_ebias(type.get(), 15);
  return type;
}

/// Is `type` the little-endian type `standard`, in either byte order?
bool same_type(hid_t type, hid_t standard) {
  const Hdf5Handle swapped(H5Tcopy(standard), H5Tclose);
  H5Tset_order(swapped.get(), H5T_ORDER_BE);
  return H5Tequal(type, standard) > 0 || H5Tequal(type, swapped.get()) > 0;
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

/// Exact. By hand, because the library converts this type bit by bit, a hundred times slower.
float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t magnitude = half & 0x7fffu;
  if (magnitude >= 0x7c00u) {  // infinity, NaN
    return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  }
  // The half's bits, read as a float's, are the number divided by 2^112, subnormals included.
  constexpr float kRebias = 0x1p112f;
  return std::bit_cast<float>(
      std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude << 13) * kRebias) | sign);
}

Hdf5Handle open_dataset(hid_t file, const std::string& path, const std::string& dataset) {
  Hdf5Handle object = open_object(file, dataset);
  if (!object) unreadable(path, dataset, "is missing or damaged");
  if (H5Iget_type(object.get()) != H5I_DATASET) unreadable(path, dataset, "is not a dataset");
  return object;
}

std::vector<std::size_t> shape_of(hid_t dataset, const std::string& path, const std::string& name) {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = space ? H5Sget_simple_extent_ndims(space.get()) : -1;
  if (rank < 0) unreadable(path, name, "is damaged");
  if (rank > kMaxRank || H5Sget_simple_extent_type(space.get()) == H5S_NULL) {
    unreadable(path, name, fmt::format("has no shape or more than {} dimensions", kMaxRank));
  }
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  return {extents.begin(), extents.end()};
}

/// Product of `shape`, or the largest number if that overflows.
std::size_t count_of(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t extent : shape) {
    if (extent != 0 && count > std::numeric_limits<std::size_t>::max() / extent) {
      return std::numeric_limits<std::size_t>::max();
    }
    count *= extent;
  }
  return count;
}

/// What is read must lie in this file, behind filters that we know, in chunks of a sane size.
void check_storage(hid_t dataset, std::size_t count, const std::string& path,
                   const std::string& name) {
  const Hdf5Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  if (!creation) unreadable(path, name, "is damaged");
  const H5D_layout_t layout = H5Pget_layout(creation.get());
  if (layout == H5D_VIRTUAL || H5Pget_external_count(creation.get()) != 0) {
    unreadable(path, name, "keeps its numbers in another file, which is refused");
  }
  if (layout == H5D_CHUNKED) {
    std::vector<hsize_t> extents(H5S_MAX_RANK);
    const int rank = H5Pget_chunk(creation.get(), H5S_MAX_RANK, extents.data());
    if (rank < 0) unreadable(path, name, "is damaged");
    const std::size_t chunk = count_of({extents.begin(), extents.begin() + rank});
    if (chunk > count + kMaxChunkSlack) unreadable(path, name, "has a damaged chunk size");
  }
  const int filters = H5Pget_nfilters(creation.get());
  if (filters < 0) unreadable(path, name, "is damaged");
  for (unsigned i = 0; i < static_cast<unsigned>(filters); ++i) {
    std::size_t values = 0;
    unsigned flags = 0;
    unsigned config = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(creation.get(), i, &flags, &values, nullptr, 0, nullptr, &config);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
        filter != H5Z_FILTER_FLETCHER32) {
      throw InputError(fmt::format(
          "'{}': {} is compressed in a way that is not supported (filter {}); save it with gzip "
          "or uncompressed",
          path, name, static_cast<int>(filter)));
    }
  }
  // Compression makes data smaller, give or take; more than the numbers themselves is a lie.
  if (H5Dget_storage_size(dataset) > (count + kMaxChunkSlack) * kMaxElementBytes) {
    unreadable(path, name, "is damaged");
  }
}

/// The group that `object` names, made with all groups on the way; or the object if there is one.
Hdf5Handle open_or_make(hid_t file, const std::string& path, const std::string& object) {
  Hdf5Handle current(H5Oopen(file, "/", H5P_DEFAULT), H5Oclose);
  const Hdf5Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  for (const std::string& part : split(object)) {
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

Hdf5File Hdf5File::open(const std::string& path) {
  namespace fs = std::filesystem;
  prepare_library();
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw InputError(fmt::format("there is no file '{}'", path));
  if (fs::is_directory(status)) {
    throw InputError(fmt::format("'{}' is a folder; name an HDF5 file in it", path));
  }
  // A pipe or a device would block for ever.
  if (!fs::is_regular_file(status)) throw InputError(fmt::format("'{}' is not a file", path));
  const std::uintmax_t size = fs::file_size(path, error);
  if (!error && size == 0) {
    throw InputError(fmt::format("'{}' is empty (0 bytes); get the file again", path));
  }
  const Hdf5Handle access = file_access();
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get());
  if (id < 0) {
    throw InputError(fmt::format(
        "'{}' ({} bytes) cannot be read as HDF5: it is another kind of file, truncated, damaged or "
        "not readable by you; get the file again",
        path, size));
  }
  return {path, id};
}

Hdf5File Hdf5File::create(const std::string& path) {
  prepare_library();
  const Hdf5Handle access = file_access();
  const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get());
  if (id < 0) throw InternalError(fmt::format("cannot create '{}'", path));
  return {path, id};
}

Hdf5File::Hdf5File(Hdf5File&& other) noexcept
    : path_(std::move(other.path_)), id_(std::exchange(other.id_, -1)) {}

Hdf5File& Hdf5File::operator=(Hdf5File&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(id_, other.id_);
  return *this;
}

Hdf5File::~Hdf5File() {
  if (id_ >= 0) H5Fclose(id_);
}

Hdf5Listing Hdf5File::list() const {
  const Hdf5Handle root = open_object(id_, "/");
  if (!root) unreadable(path_, "the root group", "is damaged");
  Hdf5Listing listing;
  list_group(root.get(), "", 0, path_, listing);
  return listing;
}

DatasetInfo Hdf5File::info(const std::string& dataset) const {
  const Hdf5Handle object = open_dataset(id_, path_, dataset);
  const Hdf5Handle type(H5Dget_type(object.get()), H5Tclose);
  if (!type) unreadable(path_, dataset, "is damaged");
  return {shape_of(object.get(), path_, dataset), element_type(type.get())};
}

std::vector<float> Hdf5File::read(const std::string& dataset, std::size_t expected_count) const {
  const DatasetInfo described = info(dataset);
  if (described.type == ElementType::kOther) {
    throw InputError(
        fmt::format("'{}': {} has an element type that is not supported; save it as float16, "
                    "float32 or float64",
                    path_, dataset));
  }
  if (count_of(described.shape) != expected_count) {
    throw InputError(fmt::format("'{}': {} has shape ({}), not {} elements", path_, dataset,
                                 fmt::join(described.shape, ", "), expected_count));
  }
  const Hdf5Handle object = open_dataset(id_, path_, dataset);
  check_storage(object.get(), expected_count, path_, dataset);
  std::vector<float> values(expected_count);
  const auto read_as = [&](hid_t memory_type, void* data) {
    if (H5Dread(object.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) {
      unreadable(path_, dataset, "cannot be read: the file is truncated or damaged");
    }
  };
  if (described.type == ElementType::kFloat16) {
    std::vector<std::uint16_t> halves(expected_count);
    const Hdf5Handle half = half_type();
    H5Tset_order(half.get(), H5Tget_order(H5T_NATIVE_FLOAT));
    read_as(half.get(), halves.data());
    std::ranges::transform(halves, values.begin(), half_to_float);
  } else {
    read_as(H5T_NATIVE_FLOAT, values.data());
  }
  return values;
}

std::optional<std::string> Hdf5File::string_attribute(const std::string& object,
                                                      const std::string& name) const {
  const Hdf5Handle owner = open_object(id_, object);
  if (!owner || H5Aexists(owner.get(), name.c_str()) <= 0) return std::nullopt;
  const Hdf5Handle attribute(H5Aopen(owner.get(), name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute) return std::nullopt;
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (!type || !space || H5Tget_class(type.get()) != H5T_STRING ||
      H5Sget_simple_extent_npoints(space.get()) != 1) {
    return std::nullopt;
  }
  const Hdf5Handle memory_type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_cset(memory_type.get(), H5Tget_cset(type.get()));
  if (H5Tis_variable_str(type.get()) > 0) {
    H5Tset_size(memory_type.get(), H5T_VARIABLE);
    char* text = nullptr;
    if (H5Aread(attribute.get(), memory_type.get(), &text) < 0 || text == nullptr) {
      return std::nullopt;
    }
    std::string value(text, strnlen(text, kMaxStringBytes + 1));
    H5free_memory(text);
    if (value.size() > kMaxStringBytes) return std::nullopt;
    return value;
  }
  const std::size_t size = H5Tget_size(type.get());
  if (size == 0 || size > kMaxStringBytes) return std::nullopt;
  std::string value(size + 1, '\0');  // the library ends it with a zero
  H5Tset_size(memory_type.get(), value.size());
  if (H5Aread(attribute.get(), memory_type.get(), value.data()) < 0) return std::nullopt;
  value.resize(std::min(value.find('\0'), size));
  return value;
}

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

void Hdf5File::close() {
  const hid_t id = std::exchange(id_, -1);
  if (id < 0) return;
  const bool flushed = H5Fflush(id, H5F_SCOPE_LOCAL) >= 0;
  const bool closed = H5Fclose(id) >= 0;
  check_written(flushed && closed, path_, "everything");
}

}  // namespace vggstyle
