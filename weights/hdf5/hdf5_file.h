#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vggstyle {

/// The element types that Hdf5File reads. Byte order does not matter.
enum class ElementType { kFloat16, kFloat32, kFloat64, kInt8, kOther };
/// "float16" and so on; "another type" for kOther.
std::string_view name_of(ElementType type);

struct DatasetInfo {
  std::vector<std::size_t> shape;  ///< empty for a scalar
  ElementType type = ElementType::kOther;
};

/// Names of what a file contains: full paths without the leading '/', groups before their members,
/// in alphabetical order.
struct Hdf5Listing {
  std::vector<std::string> groups;
  std::vector<std::string> datasets;
};

/// An HDF5 file, open for reading or being written; closed by the destructor. A thin layer over the
/// C library that turns every failure into one sentence, and lets no file do more than hand out
/// numbers: links to other files, data stored in other files, compression plug-ins and any
/// filter but gzip, shuffle and the Fletcher checksum are refused, links are not followed (so that
/// loops do no harm), and nothing is allocated before its size has been checked.
///
/// The library itself trusts what it reads all the same: run_reader() (weights/reader/run_reader.h) is
/// for files from anywhere.
///
/// What is written is the same, byte for byte, for the same calls (no timestamps).
///
/// Not thread-safe: the HDF5 library commonly is not.
class Hdf5File {
 public:
  /// Opens for reading. InputError, naming the file, if it is missing, a folder, empty, truncated,
  /// or not HDF5.
  static Hdf5File open(const std::string& path);
  /// Creates, or empties, a file for writing. InternalError if that fails. Errors call it `name`, where
  /// one is given: what a temporary file will be.
  static Hdf5File create(const std::string& path, const std::string& name = "");

  Hdf5File(Hdf5File&& other) noexcept;
  Hdf5File& operator=(Hdf5File&& other) noexcept;
  ~Hdf5File();

  const std::string& path() const { return path_; }

  // Reading. InputError, naming file and object, for anything that cannot be read.

  /// Everything in the file, at most 16 levels deep and 10,000 objects.
  Hdf5Listing list() const;
  DatasetInfo info(const std::string& dataset) const;
  /// The elements in row-major order, as float. The caller has looked at info() and says how many
  /// elements it expects; InputError if that is not what the dataset has.
  std::vector<float> read(const std::string& dataset, std::size_t expected_count) const;
  /// All elements of a dataset of float64, or of int8, exactly. InputError for another type.
  std::vector<double> read_doubles(const std::string& dataset) const;
  std::vector<std::int8_t> read_bytes(const std::string& dataset) const;
  /// A string attribute of a group or dataset ("/" for the root), at most 64 KiB long; nothing if
  /// there is none of that name, or it is not one string.
  std::optional<std::string> string_attribute(const std::string& object,
                                              const std::string& name) const;

  // Writing. InternalError if the disk is full or the name is taken. Groups are made on the way.

  enum class Compression { kNone, kGzip };
  void write(const std::string& dataset, const std::vector<std::size_t>& shape,
             std::span<const float> values, Compression compression = Compression::kNone);
  void write(const std::string& dataset, const std::vector<std::size_t>& shape,
             std::span<const double> values, Compression compression = Compression::kNone);
  void write(const std::string& dataset, const std::vector<std::size_t>& shape,
             std::span<const std::int8_t> values, Compression compression = Compression::kNone);
  /// A dataset of one number, without dimensions.
  void write_scalar(const std::string& dataset, double value);

  /// Attributes of `object`: the root ("/"), a dataset, or a group, which is created if need be.
  /// Strings are UTF-8, of variable length; lists of strings are padded with zeros to the longest,
  /// as Keras has them; bool is the enumeration that h5py uses.
  void write_attribute(const std::string& object, const std::string& name, std::string_view value);
  void write_attribute(const std::string& object, const std::string& name,
                       const std::vector<std::string>& values);
  void write_attribute(const std::string& object, const std::string& name, double value);
  void write_attribute(const std::string& object, const std::string& name, std::int64_t value);
  void write_attribute(const std::string& object, const std::string& name, bool value);
  /// A literal would otherwise become a bool.
  void write_attribute(const std::string& object, const std::string& name, const char* value) {
    write_attribute(object, name, std::string_view(value));
  }

  /// Writes everything out and closes; InternalError if that fails, which a destructor cannot say.
  void close();

 private:
  Hdf5File(std::string path, std::int64_t id) : path_(std::move(path)), id_(id) {}

  std::string path_;
  std::int64_t id_;  // hid_t, without its header; -1 once closed
};

}  // namespace vggstyle
