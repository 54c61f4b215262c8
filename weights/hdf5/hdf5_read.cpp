#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "runtime/error.h"
#include "weights/half.h"
#include "weights/hdf5/hdf5_file.h"
#include "weights/hdf5/hdf5_object.h"
#include "weights/hdf5/hdf5_types.h"

namespace vggstyle {
namespace {

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxObjects = 10000;
constexpr std::size_t kMaxStringBytes = 65536;
constexpr std::size_t kMaxElementBytes = sizeof(double);
constexpr int kMaxRank = 8;
/// A chunk may be larger than its dataset, but not so much that it matters.
constexpr std::size_t kMaxChunkSlack = 1u << 20;
/// Of what is read without a number of elements that the caller expects.
constexpr std::size_t kMostExactElements = 1u << 28;

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
          "'{}' holds more than {} objects or {} levels, so it is not a weights file; give another",
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

void read_as(hid_t file, const std::string& path, const std::string& dataset, std::size_t count,
             hid_t memory_type, void* data) {
  const Hdf5Handle object = open_dataset(file, path, dataset);
  check_storage(object.get(), count, path, dataset);
  if (H5Dread(object.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) {
    unreadable(path, dataset, "cannot be read: the file is truncated or damaged");
  }
}

/// All elements of a dataset whose type is `type` and nothing else.
template <typename T>
std::vector<T> read_exactly(hid_t file, const std::string& path, const std::string& dataset,
                            const DatasetInfo& described, ElementType type, hid_t memory_type) {
  if (described.type != type) {
    unreadable(path, dataset, fmt::format("has elements that are not {}", name_of(type)));
  }
  const std::size_t count = count_of(described.shape);
  if (count > kMostExactElements) unreadable(path, dataset, "is too large");
  std::vector<T> values(count);
  read_as(file, path, dataset, count, memory_type, values.data());
  return values;
}

}  // namespace

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
  std::vector<float> values(expected_count);
  if (described.type == ElementType::kFloat16) {
    std::vector<std::uint16_t> halves(expected_count);
    const Hdf5Handle half = half_type();
    H5Tset_order(half.get(), H5Tget_order(H5T_NATIVE_FLOAT));
    read_as(id_, path_, dataset, expected_count, half.get(), halves.data());
    std::ranges::transform(halves, values.begin(), half_to_float);
  } else {
    read_as(id_, path_, dataset, expected_count, H5T_NATIVE_FLOAT, values.data());
  }
  return values;
}

std::vector<double> Hdf5File::read_doubles(const std::string& dataset) const {
  return read_exactly<double>(id_, path_, dataset, info(dataset), ElementType::kFloat64,
                              H5T_NATIVE_DOUBLE);
}

std::vector<std::int8_t> Hdf5File::read_bytes(const std::string& dataset) const {
  return read_exactly<std::int8_t>(id_, path_, dataset, info(dataset), ElementType::kInt8,
                                   H5T_NATIVE_SCHAR);
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

}  // namespace vggstyle
